package io.durablespring.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.durablespring.CallOptions;
import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceNotFoundException;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.PurgeResult;
import io.durablespring.StartOptions;
import io.durablespring.local.InMemoryStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What is wrong with an argument is said where it is given.
 */
class ArgumentTests {

	private static final String HALF = "x\uD800";

	private final Careless careless = new Careless();

	private final TestNode node = TestNode.start(new InMemoryStore(), new SampleOrchestrations(), this.careless);

	private final DurableClient client = this.node.client();

	@AfterEach
	void stopNode() {
		this.node.close();
	}

	@Test
	@SuppressWarnings("DataFlowIssue")
	void aNullIsNamed() {
		String name = null;
		named("instanceId", () -> this.client.get(null));
		named("instanceId", () -> this.client.history(null));
		named("instanceId", () -> this.client.terminate(null, null));
		named("instanceId", () -> this.client.raiseEvent(null, "x", null));
		named("instanceId", () -> this.client.restart(null, true));
		named("instanceId", () -> this.client.purge(name, true));
		named("instanceId", () -> this.client.awaitCompletion(null, Duration.ZERO));
		named("timeout", () -> this.client.awaitCompletion("x", null));
		named("timeout", () -> this.client.purge(InstanceFilter.all(), true, null));
		named("filter", () -> this.client.purge(null, true, Duration.ZERO));
		named("filter", () -> InstanceQuery.of(null));
		named("query", () -> this.client.query(null));
		named("name of an event", () -> this.client.raiseEvent(this.client.start("approval", null), null, null));
		named("orchestrator", () -> this.client.start(name, null));
		named("options", () -> this.client.start("approval", null, null));
		named("signal", () -> this.client.signalWithStart("approval", null, StartOptions.instanceId("x"), null));
		named("eventName", () -> new Signal(null, null));
		named("name of a tag", () -> StartOptions.defaults().tag(null, "a"));
		named("value of the tag 'a'", () -> StartOptions.defaults().tag("a", null));
		named("value of the tag 'a'", () -> CallOptions.defaults().tag("a", null));
		named("value of the tag 'a'", () -> InstanceFilter.all().tag("a", null));
		named("reusePolicy", () -> StartOptions.defaults().reuse(null));
		named("policy", () -> CallOptions.retry(null));
	}

	private static void named(String argument, ThrowingCallable call) {
		assertThatNullPointerException().isThrownBy(call).withMessageContaining(argument + " must not be null");
	}

	@Test
	void aTextThatNoDatabaseKeepsIsRefused() {
		StartOptions options = StartOptions.defaults();
		refused("instance id 'x\\uD800'", () -> this.client.start("approval", null, StartOptions.instanceId(HALF)));
		refused("value of the tag 'k'", () -> this.client.start("approval", null, options.tag("k", HALF)));
		refused("name of a tag", () -> this.client.start("approval", null, options.tag(HALF, "v")));
		refused("A version", () -> this.client.start("approval", null, options.version("a\0b")));
		refused("name of an event", () -> this.client.raiseEvent(this.client.start("approval", null), HALF, null));
		refused("name to look for", () -> this.client.query(InstanceQuery.of(InstanceFilter.all().name("a\0b"))));
		refused("version to look for", () -> this.client.query(InstanceQuery.of(InstanceFilter.all().version("\0"))));
		refused("prefix of ids to look for",
				() -> this.client.purge(InstanceFilter.all().idPrefix(HALF), true, Duration.ZERO));
		refused("value of the tag 'k'", () -> this.client.query(InstanceQuery.of(InstanceFilter.all().tag("k", HALF))));
		assertThat(this.client.start("approval", null, options.tag("k", "nul \0, pair \uD83D\uDE00"))).isNotNull();
	}

	@Test
	void anEmptyVersionIsRefused() {
		refused("version", () -> this.client.start("approval", null, StartOptions.defaults().version("")));
	}

	private static void refused(String argument, ThrowingCallable call) {
		assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(argument);
	}

	@Test
	void anIdThatNoInstanceCanHaveIsNotFound() {
		for (String id : List.of("", "a\0b", HALF, "x".repeat(300))) {
			assertThat(this.client.get(id)).isEmpty();
			assertThat(this.client.purge(id, true)).isEqualTo(new PurgeResult(0, true));
			for (ThrowingCallable call : List.<ThrowingCallable>of(() -> this.client.history(id),
					() -> this.client.raiseEvent(id, "x", null),
					() -> this.client.awaitStart(id, Duration.ofSeconds(1)))) {
				assertThatExceptionOfType(InstanceNotFoundException.class).isThrownBy(call);
			}
		}
	}

	@Test
	void aStatusMayBeNamedTwice() {
		assertThat(InstanceFilter.all().status(InstanceStatus.FAILED, InstanceStatus.FAILED).statuses())
			.containsExactly(InstanceStatus.FAILED);
	}

	@Test
	void anOrchestratorIsToldAtTheCall() throws Exception {
		this.node.await(this.client.start("careless", null));
		assertThat(this.careless.told).hasSize(8);
		told("long child", "name of an orchestrator has 1 to 256 characters");
		told("long start", "name of an orchestrator has 1 to 256 characters");
		told("half id", "half of a surrogate pair");
		told("no type", "type must not be null");
		told("no result type", "resultType must not be null");
		told("no activity", "activity must not be null");
		told("no options", "options must not be null");
		told("no timeout", "timeout must not be null");
	}

	private void told(String mistake, String message) {
		assertThat(this.careless.told.get(mistake)).as(mistake).contains(message);
	}

	/** Gives bad arguments, and keeps what it is told. */
	static class Careless {

		final Map<String, String> told = new ConcurrentHashMap<>();

		@Orchestrator
		@SuppressWarnings("DataFlowIssue")
		void careless(OrchestrationContext ctx) {
			String none = null;
			Class<String> noType = null;
			String tooLong = "n".repeat(300);
			make("long child", () -> ctx.callSubOrchestrator(tooLong, null, String.class));
			make("long start", () -> ctx.startOrchestrator(tooLong, null, StartOptions.defaults()));
			make("half id", () -> ctx.sendEvent(HALF, "x", null));
			make("no type", () -> ctx.waitForExternalEvent("x", noType));
			make("no result type", () -> ctx.callActivity("work", "x", noType));
			make("no activity", () -> ctx.callActivity(none, "x", String.class));
			make("no options", () -> ctx.withOptions(null));
			make("no timeout", () -> ctx.waitForExternalEvent("x", String.class, null));
		}

		private void make(String mistake, Runnable call) {
			try {
				call.run();
			}
			catch (IllegalArgumentException | NullPointerException ex) {
				this.told.put(mistake, ex.getMessage());
			}
		}

	}

}
