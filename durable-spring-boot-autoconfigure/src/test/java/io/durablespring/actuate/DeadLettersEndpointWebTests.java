package io.durablespring.actuate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableDeadLettersEndpoint} over the web.
 */
class DeadLettersEndpointWebTests {

	private static final String LETTERS = "/actuator/durabledeadletters";

	private final InProcessTransport transport = new InProcessTransport(1);

	private final WebApplicationContextRunner readOnly = ActuatorWeb.runner(Desk.class)
		.withBean(Transport.class, () -> this.transport);

	private final WebApplicationContextRunner runner = this.readOnly
		.withPropertyValues("management.endpoint.durabledeadletters.access=UNRESTRICTED");

	@Test
	void whatWaitsIsListedWithoutItsValue() {
		ActuatorWeb.run(this.readOnly, (web) -> {
			Message.ToOrchestration message = raised("i-1", "4711");
			this.transport.deadLetter(message, "The instance was locked");
			JsonNode body = web.ok(LETTERS);
			assertThat(body.at("/waiting").asInt()).isEqualTo(1);
			assertThat(body.has("problem")).isFalse();
			JsonNode letter = body.at("/deadLetters/0");
			assertThat(letter.at("/instanceId").asString()).isEqualTo("i-1");
			assertThat(letter.at("/type").asString()).isEqualTo("EventRaised");
			assertThat(letter.at("/messageId").asString()).isEqualTo(message.id());
			assertThat(letter.at("/reason").asString()).isEqualTo("The instance was locked");
			assertThat(letter.at("/origin").asString()).isEqualTo("orchestrations");
			assertThat(letter.at("/position").asString()).isEqualTo("1");
			assertThat(letter.at("/redrivable").asBoolean()).isTrue();
			assertThat(Instant.parse(letter.at("/time").asString())).isBetween(Instant.now().minusSeconds(60),
					Instant.now());
			assertThat(body.toString()).doesNotContain("4711");
			assertThat(web.ok("/actuator/durable").at("/transport/details/waitingDeadLetters").asInt()).isEqualTo(1);
		});
	}

	@Test
	void theOldestAreListedFirstUpToTheSize() {
		ActuatorWeb.run(this.readOnly, (web) -> {
			for (int i = 0; i < 5; i++) {
				this.transport.deadLetter(raised("i-" + i, "1"), "why");
			}
			JsonNode body = web.ok(LETTERS + "?size=2");
			assertThat(body.at("/waiting").asInt()).isEqualTo(5);
			assertThat(body.at("/deadLetters").valueStream().map((letter) -> letter.get("instanceId").asString()))
				.containsExactly("i-0", "i-1");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "1001", "many" })
	void anIllegalSizeIsABadRequest(String size) {
		ActuatorWeb.run(this.readOnly,
				(web) -> assertThat(web.get(LETTERS + "?size=" + size)).hasStatus(HttpStatus.BAD_REQUEST));
	}

	@Test
	void reasonsMayBeMasked() {
		ActuatorWeb.run(this.readOnly.withBean(SanitizingFunction.class,
				() -> (data) -> data.getKey().equals("reason") ? data.withSanitizedValue() : data), (web) -> {
					this.transport.deadLetter(raised("i-1", "1"), "Not an order: 4711");
					assertThat(web.ok(LETTERS).at("/deadLetters/0/reason").asString()).isEqualTo("******");
				});
	}

	@Test
	void whatIsRedrivenReachesItsInstance() {
		ActuatorWeb.run(this.runner, (web) -> {
			web.client().start(Desk::answer, StartOptions.instanceId("i-1"));
			web.client().awaitStart("i-1", Duration.ofSeconds(30));
			this.transport.deadLetter(raised("i-1", "42"), "The instance was locked");
			assertThat(redrive(web, HttpStatus.OK)).hasToString("{\"sent\":1,\"left\":0}");
			assertThat(web.client().awaitCompletion("i-1", Duration.ofSeconds(30))).satisfies((instance) -> {
				assertThat(instance.status()).isEqualTo(InstanceStatus.COMPLETED);
				assertThat(instance.readOutputAs(Integer.class)).isEqualTo(42);
			});
			assertThat(redrive(web, HttpStatus.OK)).hasToString("{\"sent\":0,\"left\":0}");
			assertThat(web.ok(LETTERS)).hasToString("{\"waiting\":0,\"deadLetters\":[]}");
		});
	}

	@Test
	void nothingIsRedrivenUnlessThatIsAllowed() {
		ActuatorWeb.run(this.readOnly, (web) -> {
			this.transport.deadLetter(raised("i-1", "1"), "why");
			assertThat(web.mvc().post().uri(LETTERS).exchange()).hasStatus(HttpStatus.METHOD_NOT_ALLOWED);
			assertThat(this.transport.deadLetters().count()).isEqualTo(1);
		});
	}

	@Test
	void nothingIsExposedOnceAccessIsDenied() {
		ActuatorWeb.run(this.readOnly.withPropertyValues("management.endpoint.durabledeadletters.access=NONE"),
				(web) -> assertThat(web.get(LETTERS)).hasStatus(HttpStatus.NOT_FOUND));
	}

	@Test
	void aTransportThatDoesNotAnswerIsTheProblem() {
		Transport away = new ShowingTransport(this.transport, () -> {
			throw new IllegalStateException("No Kafka broker answers");
		});
		ActuatorWeb.run(ActuatorWeb.runner(Desk.class)
			.withBean(Transport.class, () -> away)
			.withPropertyValues("management.endpoint.durabledeadletters.access=UNRESTRICTED"), (web) -> {
				assertThat(body(web.get(LETTERS), HttpStatus.SERVICE_UNAVAILABLE))
					.hasToString("{\"deadLetters\":[],\"problem\":\"No Kafka broker answers\"}");
				assertThat(redrive(web, HttpStatus.SERVICE_UNAVAILABLE))
					.hasToString("{\"problem\":\"No Kafka broker answers\"}");
			});
	}

	private static JsonNode redrive(ActuatorWeb web, HttpStatus status) throws Exception {
		return body(web.mvc().post().uri(LETTERS).exchange(), status);
	}

	private static JsonNode body(MvcTestResult result, HttpStatus status) throws Exception {
		assertThat(result).hasStatus(status);
		return JsonMapper.shared().readTree(result.getResponse().getContentAsString(StandardCharsets.UTF_8));
	}

	private static Message.ToOrchestration raised(String instanceId, String value) {
		return new Message.ToOrchestration(UUID.randomUUID().toString(), instanceId, null,
				new HistoryEvent.EventRaised(Instant.parse("2026-03-01T10:15:30Z"), "answer", Payload.of(value)));
	}

	static class Desk {

		@Orchestrator
		Integer answer(OrchestrationContext context) {
			return context.waitForExternalEvent("answer", Integer.class).await();
		}

	}

}
