package io.durablespring.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.durablespring.Activity;
import io.durablespring.CallOptions;
import io.durablespring.DurableClient;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
import io.durablespring.StartOptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link DurableInstancesEndpoint} over the web: what it finds and tells of
 * versions, tags, sub-orchestrations, retries and large values.
 *
 * @see DurableEndpointsWebTests
 */
class InstancesEndpointWebTests {

	private static final String INSTANCES = "/actuator/durableinstances";

	private final WebApplicationContextRunner runner = ActuatorWeb.runner(Trade.class)
		.withPropertyValues("management.endpoint.durableinstances.show-values=always");

	@Test
	void instancesAreFoundByVersion() {
		ActuatorWeb.run(this.runner, (web) -> {
			ship(web, "old", StartOptions.instanceId("old").version("1"));
			ship(web, "new", StartOptions.instanceId("new"));
			assertThat(ids(web, "?version=1")).containsExactly("old");
			assertThat(ids(web, "?version=2")).containsExactly("new");
			assertThat(ids(web, "?version=3")).isEmpty();
			assertThat(web.ok(INSTANCES + "?version=1").at("/instances/0/version").asString()).isEqualTo("1");
		});
	}

	@Test
	void instancesAreFoundByAllOfTheirTags() {
		ActuatorWeb.run(this.runner, (web) -> {
			ship(web, "a", StartOptions.instanceId("a").tag("team", "red").tag("site", "x=y"));
			ship(web, "b", StartOptions.instanceId("b").tag("team", "red"));
			ship(web, "c", StartOptions.instanceId("c"));
			assertThat(ids(web, "?tag=team=red")).containsExactly("a", "b");
			assertThat(ids(web, "?tag=team%3Dred&tag=site%3Dx%3Dy")).containsExactly("a");
			assertThat(ids(web, "?tag=team=red,site=x=y")).containsExactly("a");
			assertThat(ids(web, "?tag=team=blue")).isEmpty();
			assertThat(ids(web, "?tag=team=")).isEmpty();
		});
	}

	@Test
	void instancesAreFoundByTheirTimes() {
		ActuatorWeb.run(this.runner, (web) -> {
			ship(web, "done", StartOptions.instanceId("done"));
			web.client().start(Trade::approval, StartOptions.instanceId("waits"));
			web.client().awaitStart("waits", Duration.ofSeconds(30));
			Instant later = Instant.now().plus(Duration.ofHours(1));
			Instant earlier = Instant.now().minus(Duration.ofHours(1));
			for (String time : List.of("created", "updated")) {
				assertThat(ids(web, "?" + time + "From=" + earlier + "&" + time + "To=" + later))
					.containsExactlyInAnyOrder("done", "waits");
				assertThat(ids(web, "?" + time + "From=" + later)).isEmpty();
				assertThat(ids(web, "?" + time + "To=" + earlier)).isEmpty();
			}
			assertThat(ids(web, "?completedFrom=" + earlier)).containsExactly("done");
			assertThat(ids(web, "?completedTo=" + later)).containsExactly("done");
			assertThat(ids(web, "?completedTo=" + earlier)).isEmpty();
		});
	}

	@Test
	void conditionsAreJoined() {
		ActuatorWeb.run(this.runner, (web) -> {
			ship(web, "a-1", StartOptions.instanceId("a-1").version("1").tag("team", "red"));
			ship(web, "a-2", StartOptions.instanceId("a-2").version("1").tag("team", "red"));
			ship(web, "b-1", StartOptions.instanceId("b-1").tag("team", "red"));
			String conditions = "?idPrefix=a-&version=1&name=ship&status=COMPLETED&tag=team=red&size=1";
			JsonNode first = web.ok(INSTANCES + conditions);
			assertThat(ActuatorWeb.ids(first)).containsExactly("a-1");
			assertThat(ids(web, conditions + "&token=" + first.get("token").asString())).containsExactly("a-2");
		});
	}

	@Test
	void anInstanceTellsWhatTheOrchestratorSays() {
		ActuatorWeb.run(this.runner, (web) -> {
			web.client().start(Trade::approval, StartOptions.instanceId("waits"));
			web.client().awaitStart("waits", Duration.ofSeconds(30));
			assertThat(web.ok(INSTANCES + "/waits").at("/customStatus")).hasToString("{\"step\":\"asked\"}");
			web.client().suspend("waits", "lunch");
			web.client().resume("waits", "back");
			web.client().raiseEvent("waits", "decided", "yes");
			web.client().awaitCompletion("waits", Duration.ofSeconds(30));
			JsonNode body = web.ok(INSTANCES + "/waits");
			assertThat(body.at("/output").asString()).isEqualTo("yes");
			assertThat(body.at("/history").valueStream())
				.extracting((line) -> line.at("/type").asString(), (line) -> line.at("/reason").asString(),
						(line) -> line.at("/name").asString())
				.contains(tuple("ExecutionSuspended", "lunch", ""), tuple("ExecutionResumed", "back", ""),
						tuple("EventRaised", "", "decided"));
		});
	}

	@Test
	void historyTellsAttempts() {
		ActuatorWeb.run(this.runner, (web) -> {
			String id = web.client().start(Trade::payment);
			web.client().awaitCompletion(id, Duration.ofSeconds(30));
			assertThat(web.ok(INSTANCES + "/" + id).at("/history").valueStream())
				.filteredOn((line) -> line.at("/type").asString().equals("TaskScheduled"))
				.extracting((line) -> line.at("/attempt").asInt(), (line) -> line.at("/retryOf").asInt(-1))
				.containsExactly(tuple(1, -1), tuple(2, 0), tuple(3, 0));
		});
	}

	@Test
	void parentAndChildNameEachOther() {
		ActuatorWeb.run(this.runner, (web) -> {
			web.client().start(Trade::parent, StartOptions.instanceId("parent").tag("team", "red"));
			web.client().awaitCompletion("parent", Duration.ofSeconds(30));
			assertThat(web.ok(INSTANCES + "/parent").at("/history").valueStream())
				.filteredOn((line) -> line.at("/type").asString().equals("SubOrchestrationInstanceCreated"))
				.extracting((line) -> line.at("/name").asString(), (line) -> line.at("/instanceId").asString())
				.containsExactly(tuple("ship", "child"));
			JsonNode child = web.ok(INSTANCES + "/child");
			assertThat(child.at("/instance/parentId").asString()).isEqualTo("parent");
			assertThat(child.at("/instance/version").asString()).isEqualTo("1");
			assertThat(child.at("/instance/tags")).hasToString("{\"team\":\"red\"}");
		});
	}

	@Test
	void aLargeValueIsShownAsAReference() {
		ActuatorWeb.run(this.runner.withPropertyValues("durable.payload-threshold=100B"), (web) -> {
			String large = "large ".repeat(50);
			String id = web.client().start(Trade::echo, large);
			assertThat(web.client().awaitCompletion(id, Duration.ofSeconds(30)).readOutputAs(String.class))
				.isEqualTo(large);
			JsonNode body = web.ok(INSTANCES + "/" + id);
			assertThat(body.at("/input/$durablePayload").asString()).matches("[0-9a-f]{64}");
			assertThat(body.at("/output")).isEqualTo(body.at("/input"));
			assertThat(body.at("/history").valueStream().filter((line) -> line.has("payload"))).isNotEmpty()
				.allMatch((line) -> line.get("payload").equals(body.at("/input")));
			assertThat(body.toString()).doesNotContain("large large");
		});
	}

	@Test
	void aReferenceIsMaskedAsTheValueWouldBe() {
		ActuatorWeb.run(ActuatorWeb.runner(Trade.class).withPropertyValues("durable.payload-threshold=100B"), (web) -> {
			String id = web.client().start(Trade::echo, "large ".repeat(50));
			web.client().awaitCompletion(id, Duration.ofSeconds(30));
			assertThat(web.ok(INSTANCES + "/" + id).at("/input").asString()).isEqualTo("******");
		});
	}

	@Test
	void implementationsAreListedWithTheirVersionsAndCountsWithTheirNames() {
		ActuatorWeb.run(this.runner, (web) -> {
			ship(web, "a", StartOptions.defaults());
			ship(web, "b", StartOptions.defaults());
			web.client().start(Trade::approval, StartOptions.instanceId("waits"));
			web.client().awaitStart("waits", Duration.ofSeconds(30));
			JsonNode body = web.ok("/actuator/durable");
			assertThat(body.at("/orchestrators").valueStream())
				.filteredOn((method) -> method.at("/name").asString().equals("ship"))
				.extracting((method) -> method.at("/version").asString(), (method) -> method.at("/method").asString())
				.containsExactly(tuple("1", "shipOnce"), tuple("2", "ship"));
			assertThat(body.at("/store/instances")).hasToString("{\"RUNNING\":1,\"COMPLETED\":2}");
			assertThat(body.at("/store/instancesByName").valueStream())
				.extracting((count) -> count.at("/name").asString(), (count) -> count.at("/status").asString(),
						(count) -> count.at("/count").asInt())
				.containsExactlyInAnyOrder(tuple("ship", "COMPLETED", 2), tuple("approval", "RUNNING", 1));
		});
	}

	@Test
	void nothingCanBeChanged() {
		ActuatorWeb.run(this.runner.withPropertyValues("management.endpoint.durableinstances.access=UNRESTRICTED"),
				(web) -> {
					ship(web, "kept", StartOptions.instanceId("kept"));
					for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.DELETE)) {
						assertThat(web.mvc().method(method).uri(INSTANCES + "/kept").exchange())
							.hasStatus4xxClientError();
					}
					assertThat(web.client().get("kept")).isPresent();
				});
	}

	private static void ship(ActuatorWeb web, String input, StartOptions options) throws Exception {
		DurableClient client = web.client();
		client.awaitCompletion(client.start("ship", input, options), Duration.ofSeconds(30));
	}

	private static List<String> ids(ActuatorWeb web, String query) throws Exception {
		return ActuatorWeb.ids(web.ok(INSTANCES + query));
	}

	record Progress(String step) {
	}

	static class Trade {

		@Orchestrator(value = "ship", version = "1")
		void shipOnce(OrchestrationContext context, String input) {
		}

		@Orchestrator(version = "2")
		void ship(OrchestrationContext context, String input) {
		}

		@Orchestrator
		String echo(OrchestrationContext context, String input) {
			return input;
		}

		@Orchestrator
		String approval(OrchestrationContext context) {
			context.setCustomStatus(new Progress("asked"));
			return context.waitForExternalEvent("decided", String.class).await();
		}

		@Orchestrator
		void payment(OrchestrationContext context) {
			context.callActivity(Trade::pay).await();
		}

		@Activity(retry = @Retry(maxAttempts = 3, firstRetryInterval = "1ms"))
		void pay() {
			throw new IllegalStateException("declined");
		}

		@Orchestrator
		void parent(OrchestrationContext context) {
			context.withOptions(CallOptions.defaults().instanceId("child"))
				.callSubOrchestrator(Trade::shipOnce, "parcel")
				.await();
		}

	}

}
