package io.durablespring.actuate;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableEndpoint} and {@link DurableInstancesEndpoint} over the web.
 */
class DurableEndpointsWebTests {

	private final WebApplicationContextRunner defaults = ActuatorWeb.runner(Shop.class);

	private final WebApplicationContextRunner runner = this.defaults
		.withPropertyValues("management.endpoint.durableinstances.show-values=always");

	@Test
	void theNodeIsDescribed() {
		run(this.runner, (web) -> {
			order(web, "order-1");
			JsonNode body = web.ok("/actuator/durable");
			assertThat(body.at("/taskHub").asString()).isEqualTo("shop");
			assertThat(body.at("/node/running").asBoolean()).isTrue();
			assertThat(body.at("/node/deadLetteredMessages").asInt()).isZero();
			assertThat(body.at("/orchestrators/0")).hasToString(json("""
					{"name":"fail","beanType":"%1$s","method":"fail"}"""));
			assertThat(body.at("/orchestrators/1")).hasToString(json("""
					{"name":"order","beanType":"%1$s","method":"order"}"""));
			assertThat(body.at("/activities/0")).hasToString(json("""
					{"name":"pay","beanType":"%1$s","method":"charge","queue":"slow"}"""));
			assertThat(body.at("/store/instances")).hasToString("{\"COMPLETED\":1}");
			assertThat(body.at("/store/instancesByName")).hasToString("""
					[{"name":"order","status":"COMPLETED","count":1}]""");
			assertThat(body.at("/store").has("problem")).isFalse();
			assertThat(body.at("/transport/kind").asString()).isEqualTo("in-process");
			assertThat(body.at("/transport").has("lag")).isTrue();
		});
	}

	private static String json(String template) {
		return template.formatted(Shop.class.getName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "order-1", "order.1.json", "order 1", "a:b:c", "50%", "\u00e4&b=c+d;e" })
	void anInstanceIsShownWithItsHistory(String id) {
		run(this.runner, (web) -> {
			order(web, id);
			JsonNode body = web
				.ok("/actuator/durableinstances/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20"));
			assertThat(body.at("/instance/instanceId").asString()).isEqualTo(id);
			assertThat(body.at("/instance/status").asString()).isEqualTo("COMPLETED");
			assertThat(body.at("/instance/tags/tenant").asString()).isEqualTo("a");
			assertThat(body.at("/input")).hasToString("{\"items\":[\"x\"],\"total\":12.50}");
			assertThat(body.at("/output")).hasToString("{\"paid\":true}");
			assertThat(body.at("/history").valueStream().map((line) -> line.get("type").asString()))
				.containsSubsequence("ExecutionStarted", "TaskScheduled", "TaskCompleted", "ExecutionCompleted");
			assertThat(body.at("/history").valueStream().filter((line) -> line.has("payload")).toList()).isNotEmpty()
				.allMatch((line) -> line.get("payload").isObject());
		});
	}

	@Test
	void aFailureIsShown() {
		run(this.runner, (web) -> {
			String id = web.client().start(Shop::fail);
			web.client().awaitCompletion(id, Duration.ofSeconds(30));
			JsonNode failure = web.ok("/actuator/durableinstances/{id}", id).at("/failure");
			assertThat(failure.at("/type").asString()).isEqualTo(IllegalStateException.class.getName());
			assertThat(failure.at("/message").asString()).isEqualTo("card 4711 declined");
			assertThat(failure.at("/stackTrace").asString()).contains("Shop.fail");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "never", "when-authorized" })
	void valuesAreMaskedUnlessTheyMayBeShown(String show) {
		run(this.runner.withPropertyValues("management.endpoint.durableinstances.show-values=" + show), (web) -> {
			order(web, "order-1");
			JsonNode body = web.ok("/actuator/durableinstances/order-1");
			assertThat(body.at("/input").asString()).isEqualTo("******");
			assertThat(body.at("/output").asString()).isEqualTo("******");
			assertThat(body.at("/history").toString()).contains("\"payload\":\"******\"").doesNotContain("12.50");
			String failed = web.client().start(Shop::fail);
			web.client().awaitCompletion(failed, Duration.ofSeconds(30));
			assertThat(web.ok("/actuator/durableinstances/{id}", failed).toString()).doesNotContain("card 4711")
				.contains(IllegalStateException.class.getName());
		});
	}

	@Test
	void valuesAreMaskedByDefault() {
		run(this.defaults, (web) -> {
			order(web, "order-1");
			assertThat(web.ok("/actuator/durableinstances/order-1").at("/input").asString()).isEqualTo("******");
		});
	}

	@Test
	void valuesMayBeMaskedByTheirKey() {
		run(this.runner.withBean(SanitizingFunction.class,
				() -> (data) -> data.getKey().equals("total") ? data.withSanitizedValue() : data), (web) -> {
					order(web, "order-1");
					assertThat(web.ok("/actuator/durableinstances/order-1").at("/input"))
						.hasToString("{\"items\":[\"x\"],\"total\":\"******\"}");
				});
	}

	@Test
	void anUnknownInstanceIsNotFound() {
		run(this.runner,
				(web) -> assertThat(web.get("/actuator/durableinstances/nobody")).hasStatus(HttpStatus.NOT_FOUND));
	}

	@Test
	void instancesAreListedPageByPage() {
		run(this.runner, (web) -> {
			for (String id : List.of("a-1", "a-2", "a-3", "b-1")) {
				order(web, id);
			}
			JsonNode first = web.ok("/actuator/durableinstances?idPrefix=a-&size=2");
			assertThat(ids(first)).containsExactly("a-1", "a-2");
			JsonNode second = web.ok("/actuator/durableinstances?idPrefix=a-&size=2&token={token}",
					first.get("token").asString());
			assertThat(ids(second)).containsExactly("a-3");
			assertThat(second.has("token")).isFalse();
		});
	}

	@Test
	void instancesAreFiltered() {
		run(this.runner, (web) -> {
			order(web, "done");
			String failed = web.client().start(Shop::fail);
			web.client().awaitCompletion(failed, Duration.ofSeconds(30));
			assertThat(ids(web.ok("/actuator/durableinstances?status=COMPLETED"))).containsExactly("done");
			assertThat(ids(web.ok("/actuator/durableinstances?status=failed"))).containsExactly(failed);
			assertThat(ids(web.ok("/actuator/durableinstances?status=failed,completed"))).hasSize(2);
			assertThat(ids(web.ok("/actuator/durableinstances?status=failed&status=COMPLETED"))).hasSize(2);
			assertThat(ids(web.ok("/actuator/durableinstances?name=fail"))).containsExactly(failed);
			assertThat(ids(web.ok("/actuator/durableinstances?createdFrom=2000-01-01T00:00:00Z"))).hasSize(2);
			assertThat(ids(web.ok("/actuator/durableinstances?createdTo=2000-01-01T00:00:00Z"))).isEmpty();
			assertThat(ids(web.ok("/actuator/durableinstances"))).hasSize(2);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "status=SLEEPING", "size=0", "size=1001", "size=many", "token=forged",
			"createdFrom=yesterday", "updatedTo=tomorrow", "completedFrom=1", "tag=tenant", "tag==a" })
	void anIllegalConditionIsABadRequest(String query) {
		run(this.runner,
				(web) -> assertThat(web.get("/actuator/durableinstances?" + query)).hasStatus(HttpStatus.BAD_REQUEST));
	}

	@Test
	void nothingIsExposedOnceAccessIsDenied() {
		run(this.runner.withPropertyValues("management.endpoint.durable.access=NONE",
				"management.endpoint.durableinstances.access=NONE"), (web) -> {
					assertThat(web.get("/actuator/durable")).hasStatus(HttpStatus.NOT_FOUND);
					assertThat(web.get("/actuator/durableinstances")).hasStatus(HttpStatus.NOT_FOUND);
				});
	}

	private static void run(WebApplicationContextRunner runner, ThrowingConsumer<ActuatorWeb> test) {
		ActuatorWeb.run(runner, test);
	}

	private static List<String> ids(JsonNode page) {
		return ActuatorWeb.ids(page);
	}

	private static void order(ActuatorWeb web, String id) throws Exception {
		web.client()
			.start(Shop::order, new Order(List.of("x"), new BigDecimal("12.50")),
					StartOptions.instanceId(id).tag("tenant", "a"));
		web.client().awaitCompletion(id, Duration.ofSeconds(30));
	}

	record Order(List<String> items, BigDecimal total) {
	}

	static class Shop {

		@Orchestrator
		Map<String, Boolean> order(OrchestrationContext context, Order order) {
			return context.callActivity(Shop::charge, order).await();
		}

		@Activity(value = "pay", queue = "slow")
		Map<String, Boolean> charge(Order order) {
			return Map.of("paid", true);
		}

		@Orchestrator
		void fail(OrchestrationContext context) {
			throw new IllegalStateException("card 4711 declined");
		}

	}

}
