package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.CallOptions;
import io.durablespring.ContinueAsNewOptions;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.Versioning.FailureStrategy;
import io.durablespring.runtime.Versioning.MatchStrategy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Which implementation an instance runs on.
 */
class VersioningTests {

	private final InMemoryStore store = new InMemoryStore();

	@Test
	void implementationsOfOneNameRunSideBySide() throws Exception {
		try (TestNode node = start(Versioning.defaults(), new First(), new Second())) {
			assertThat(run(node, "1")).isEqualTo("first runs 1");
			assertThat(run(node, "2.0")).isEqualTo("second runs 2.0");
		}
	}

	@Test
	void aStartWithoutVersionGetsTheNewest() throws Exception {
		try (TestNode node = start(Versioning.defaults(), new First(), new Second())) {
			assertThat(output(node, node.client().start("versioned", null))).isEqualTo("second runs 2");
		}
	}

	@Test
	void aReferenceToAMethodMeansItsVersion() throws Exception {
		try (TestNode node = start(Versioning.defaults(), new First(), new Second())) {
			assertThat(output(node, node.client().start(First::versioned))).isEqualTo("first runs 1");
		}
	}

	@Test
	void theDefaultVersionIsStampedOnNewInstancesAndChildren() throws Exception {
		Versioning one = new Versioning("1.0", MatchStrategy.CURRENT_OR_OLDER, FailureStrategy.REJECT);
		try (TestNode node = start(one, new First(), new Second(), new Parent())) {
			assertThat(output(node, node.client().start("versioned", null))).isEqualTo("first runs 1.0");
			String parent = node.client().start("parent", null);
			assertThat(output(node, parent)).isEqualTo("1.0: first runs 1.0, second runs 2");
			assertThat(node.client().get(parent).orElseThrow().version()).isEqualTo("1.0");
		}
	}

	@Test
	void currentOrOlderRunsOnTheOldestImplementationThatIsNewer() throws Exception {
		try (TestNode node = start(Versioning.defaults(), new First(), new Second())) {
			assertThat(run(node, "0.5")).isEqualTo("first runs 0.5");
			assertThat(run(node, "1.5")).isEqualTo("second runs 1.5");
		}
	}

	@Test
	void noStrategyRunsAnythingOnTheNewest() throws Exception {
		Versioning any = new Versioning(null, MatchStrategy.NONE, FailureStrategy.FAIL);
		try (TestNode node = start(any, new First(), new Second())) {
			assertThat(run(node, "7")).isEqualTo("second runs 7");
			assertThat(run(node, "1")).isEqualTo("first runs 1");
		}
	}

	@Test
	void aMismatchFailsTheInstanceIfTheStrategySaysSo() throws Exception {
		Versioning strict = new Versioning(null, MatchStrategy.STRICT, FailureStrategy.FAIL);
		try (TestNode node = start(strict, new First())) {
			String id = node.client().start("versioned", null, StartOptions.defaults().version("1.5"));
			OrchestrationMetadata failed = node.await(id);
			assertThat(failed.status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(failed.failure().type()).isEqualTo("VersionMismatch");
			assertThat(failed.failure().message()).contains("'versioned'").contains("'1.5'");
		}
	}

	@Test
	void anInstanceThatFailedBeforeItBeganCanBeRewound() throws Exception {
		Versioning strict = new Versioning(null, MatchStrategy.STRICT, FailureStrategy.FAIL);
		try (TestNode node = start(strict, new First())) {
			String id = node.client().start("versioned", null, StartOptions.instanceId("one").version("2"));
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.FAILED);
		}
		try (TestNode node = start(strict, new Second())) {
			node.client().rewind("one", "version 2 is there");
			Awaitility.await().until(() -> node.client().get("one").orElseThrow().status() == InstanceStatus.COMPLETED);
			assertThat(output(node, "one")).isEqualTo("second runs 2");
		}
	}

	@ParameterizedTest
	@EnumSource
	void anInstanceThatNoNodeCanRunCanBeTerminated(FailureStrategy failure) throws Exception {
		Versioning strict = new Versioning(null, MatchStrategy.STRICT, failure);
		try (TestNode node = start(strict, new Waiting(), new Second())) {
			node.client().start("waiting", null, StartOptions.instanceId("begun"));
			Awaitility.await().until(() -> all(node).size() == 2);
		}
		try (TestNode node = start(strict, new First(), new NotWaiting())) {
			node.client().terminate("begun", "nobody has it");
			for (OrchestrationMetadata instance : all(node)) {
				OrchestrationMetadata ended = node.await(instance.instanceId());
				assertThat(ended.status()).isEqualTo(InstanceStatus.TERMINATED);
				assertThat(ended.failure().message()).isEqualTo("nobody has it");
			}
			assertThat(node.client().history("begun")).extracting(HistoryEntry::type)
				.containsExactly("OrchestratorStarted", "ExecutionStarted", "SubOrchestrationInstanceCreated",
						"OrchestratorStarted", "ExecutionTerminated");
		}
	}

	@Test
	void anUnknownNameFailsTheInstance() throws Exception {
		RuntimeSettings quick = settings(Versioning.defaults());
		RuntimeSettings lenient = new RuntimeSettings(quick.cachedExecutions(), quick.maxConcurrentActivities(),
				quick.payloads(), quick.claimTime(), quick.pollInterval(), quick.receivedRetention(),
				quick.drainTimeout(), quick.longestLook(), false, false, false, false, quick.limits(),
				quick.versioning(), Map.of());
		try (TestNode node = TestNode.start(this.store, this.store, new InProcessTransport(1), lenient, new First())) {
			OrchestrationMetadata failed = node.await(node.client().start("nothing", null));
			assertThat(failed.failure().message()).contains("No @Orchestrator named 'nothing'");
			assertThat(failed.failure().nonRetryable()).isTrue();
		}
	}

	@Test
	void anInstanceThatNobodyHereCanRunGoesToANodeThatCan() throws Exception {
		SharedBroker broker = new SharedBroker();
		SharedBroker.Link older = broker.link();
		SharedBroker.Link newer = broker.link();
		try (TestNode first = TestNode.start(this.store, this.store, older, settings(Versioning.defaults()),
				new First());
				TestNode second = TestNode.start(this.store, this.store, newer, settings(Versioning.defaults()),
						new Second())) {
			String two = first.client().start("versioned", null, StartOptions.instanceId("two").version("2"));
			String one = first.client().start("versioned", null, StartOptions.instanceId("one").version("1"));
			Awaitility.await().until(() -> {
				broker.deliverOrchestrations(older);
				return first.client().get(one).orElseThrow().status() == InstanceStatus.COMPLETED
						&& broker.waitingForVersions() > 0;
			});
			assertThat(first.client().get(two).orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
			broker.deliverVersions(older);
			assertThat(first.client().get(two).orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
			broker.deliverVersions(newer);
			assertThat(output(second, two)).isEqualTo("second runs 2");
		}
	}

	@Test
	void whatIsForAVersionThatNobodyRunsIsHeldAndIsNotOverdue() throws Exception {
		try (TestNode node = start(Versioning.defaults(), new First())) {
			node.client().start("versioned", null, StartOptions.instanceId("two").version("2"));
			Awaitility.await().until(() -> node.runtime.heldEntries().size() == 1);
			assertThat(run(node, "1")).isEqualTo("first runs 1");
			Awaitility.await().until(() -> node.runtime.status().unacknowledgedEntries() == 0);
			Instant soon = Instant.now().plusSeconds(60);
			assertThat(this.store.oldestUnsent(soon, node.runtime.heldEntries())).isEmpty();
			assertThat(this.store.oldestUnsent(soon, Set.of())).isPresent();
		}
		try (TestNode node = start(Versioning.defaults(), new First(), new Second())) {
			assertThat(output(node, "two")).isEqualTo("second runs 2");
			assertThat(node.runtime.heldEntries()).isEmpty();
		}
	}

	@Test
	void anEternalOrchestrationMovesToAnotherVersion() throws Exception {
		try (TestNode node = start(Versioning.defaults(), new Eternal())) {
			String id = node.client().start("eternal", null, StartOptions.defaults().version("1"));
			assertThat(output(node, id)).isEqualTo("2");
			assertThat(node.client().get(id).orElseThrow().version()).isEqualTo("2");
		}
	}

	@Test
	void theClientTellsWhetherAnUnfinishedInstanceNeedsTheOldBranch() throws Exception {
		Patched code = new Patched();
		try (TestNode node = start(Versioning.defaults(), code)) {
			String old = node.client().start("patched", null, StartOptions.instanceId("old"));
			node.client().awaitStart(old, Duration.ofSeconds(20));
		}
		code.deployed = true;
		try (TestNode node = start(Versioning.defaults(), code)) {
			String fresh = node.client().start("patched", null, StartOptions.instanceId("fresh"));
			node.client().awaitStart(fresh, Duration.ofSeconds(20));
			assertThat(node.client().isPatchPending("patched", "change-1")).isTrue();
			assertThat(node.client()
				.query(InstanceQuery.of(InstanceFilter.all().unfinished().withoutPatch("change-1")))
				.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("old");
			node.client().raiseEvent("old", "go", null);
			assertThat(output(node, "old")).isEqualTo("old way");
			assertThat(node.client().isPatchPending("patched", "change-1")).isFalse();
			node.client().raiseEvent(fresh, "go", null);
			assertThat(output(node, fresh)).isEqualTo("new way");
		}
	}

	@Test
	void anInstanceOfAnotherVersionDoesNotNeedTheOldBranch() throws Exception {
		Patched code = new Patched();
		code.deployed = true;
		try (TestNode node = start(Versioning.defaults(), code)) {
			Instant later = Instant.now().plus(Duration.ofDays(1));
			node.client().start("patched", null, StartOptions.instanceId("two").at(later).version("2"));
			assertThat(node.client().isPatchPending("patched", "change-1")).isTrue();
			assertThat(node.client().isPatchPending("patched", "1", "change-1")).isFalse();
			node.client().start("patched", null, StartOptions.instanceId("one").at(later).version("1.0"));
			assertThat(node.client().isPatchPending("patched", "1", "change-1")).isTrue();
		}
	}

	@Test
	void whatCanBeNoChangeIsRefused() {
		try (TestNode node = start(Versioning.defaults(), new First())) {
			assertThatIllegalArgumentException().isThrownBy(() -> node.client().isPatchPending("versioned", "no id"))
				.withMessageContaining("'no id'");
			assertThatNullPointerException().isThrownBy(() -> node.client().isPatchPending(null, null));
			assertThatNullPointerException().isThrownBy(() -> node.client().isPatchPending("versioned", null));
		}
	}

	@Test
	void theDefaultVersionMustNotBeThatOfAnotherImplementation() {
		Versioning two = new Versioning("2.0", MatchStrategy.CURRENT_OR_OLDER, FailureStrategy.REJECT);
		assertThatExceptionOfType(DuplicateNameException.class)
			.isThrownBy(() -> start(two, new Second(), new Unversioned()).close())
			.satisfies((ex) -> assertThat(ex.version()).isEqualTo("2.0"));
	}

	@Test
	void whatCameWhenTheVersionFailedIsThereAfterARewindAndItsTimersAreGone() throws Exception {
		Versioning strict = new Versioning(null, MatchStrategy.STRICT, FailureStrategy.FAIL);
		try (TestNode node = start(strict, new Timed())) {
			node.client().start("timed", null, StartOptions.instanceId("one"));
			node.client().awaitStart("one", Duration.ofSeconds(10));
			assertThat(this.store.oldestUnsent(Instant.MAX, Set.of())).isPresent();
		}
		try (TestNode node = start(strict, new NotWaiting())) {
			node.client().raiseEvent("one", "go", "kept");
			assertThat(node.await("one").failure().type()).isEqualTo("VersionMismatch");
			Awaitility.await().until(() -> this.store.oldestUnsent(Instant.MAX, Set.of()).isEmpty());
		}
		try (TestNode node = start(strict, new Timed())) {
			node.client().rewind("one", "it is back");
			Awaitility.await().until(() -> node.client().get("one").orElseThrow().status() == InstanceStatus.COMPLETED);
			assertThat(output(node, "one")).isEqualTo("kept");
		}
	}

	private TestNode start(Versioning versioning, Object... beans) {
		return TestNode.start(this.store, this.store, new InProcessTransport(2, Duration.ofMillis(10)),
				settings(versioning), beans);
	}

	private static RuntimeSettings settings(Versioning versioning) {
		RuntimeSettings quick = TestNode.quick();
		return new RuntimeSettings(quick.cachedExecutions(), quick.maxConcurrentActivities(), quick.payloads(),
				quick.claimTime(), quick.pollInterval(), quick.receivedRetention(), quick.drainTimeout(),
				quick.longestLook(), false, false, false, true, quick.limits(), versioning, Map.of());
	}

	private static List<OrchestrationMetadata> all(TestNode node) {
		return node.client().query(InstanceQuery.of(InstanceFilter.all())).instances();
	}

	private static String run(TestNode node, String version) throws Exception {
		return output(node, node.client().start("versioned", null, StartOptions.defaults().version(version)));
	}

	private static String output(TestNode node, String id) throws Exception {
		return node.await(id).readOutputAs(String.class);
	}

	static class First {

		@Orchestrator(version = "1")
		String versioned(OrchestrationContext ctx) {
			return "first runs " + ctx.info().version();
		}

	}

	static class Second {

		@Orchestrator(value = "versioned", version = "2")
		String second(OrchestrationContext ctx) {
			return "second runs " + ctx.info().version();
		}

	}

	static class Unversioned {

		@Orchestrator
		String versioned(OrchestrationContext ctx) {
			return "unversioned runs " + ctx.info().version();
		}

	}

	static class Waiting {

		@Orchestrator(version = "3")
		void waiting(OrchestrationContext ctx) {
			ctx.callSubOrchestrator("versioned", null, String.class).await();
		}

		@Orchestrator(version = "3")
		void versioned(OrchestrationContext ctx) {
			ctx.waitForExternalEvent("never", Void.class).await();
		}

	}

	static class Timed {

		@Orchestrator(version = "3")
		String timed(OrchestrationContext ctx) {
			ctx.createTimer(Duration.ofDays(3650));
			return ctx.waitForExternalEvent("go", String.class).await();
		}

	}

	static class NotWaiting {

		@Orchestrator(version = "1")
		void waiting(OrchestrationContext ctx) {
		}

		@Orchestrator(version = "1")
		void timed(OrchestrationContext ctx) {
		}

	}

	static class Parent {

		@Orchestrator
		String parent(OrchestrationContext ctx) {
			List<String> children = List.of(ctx.callSubOrchestrator("versioned", null, String.class).await(),
					ctx.withOptions(CallOptions.defaults().version("2"))
						.callSubOrchestrator("versioned", null, String.class)
						.await());
			return ctx.info().version() + ": " + String.join(", ", children);
		}

	}

	static class Eternal {

		@Orchestrator(version = "1")
		String eternal(OrchestrationContext ctx) {
			return ctx.continueAsNew(null, ContinueAsNewOptions.defaults().version("2"));
		}

		@Orchestrator(value = "eternal", version = "2")
		String eternalToo(OrchestrationContext ctx) {
			return ctx.info().version();
		}

	}

	static class Patched {

		volatile boolean deployed;

		@Orchestrator
		String patched(OrchestrationContext ctx) {
			boolean newWay = this.deployed && ctx.isPatched("change-1");
			ctx.waitForExternalEvent("go", Void.class).await();
			return newWay ? "new way" : "old way";
		}

	}

}
