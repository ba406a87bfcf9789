package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceCount;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.PayloadException;
import io.durablespring.Retry;
import io.durablespring.RetryPolicy;
import io.durablespring.StartOptions;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Events, sub-orchestrations, retries, eternal orchestrations, queries and large values,
 * on a node of reference store and in-process transport.
 */
class OrchestrationModelTests {

	private final InMemoryStore store = new InMemoryStore();

	private final SampleOrchestrations samples = new SampleOrchestrations();

	private final TestNode node = TestNode.start(this.store, this.samples);

	private final DurableClient client = this.node.client();

	@AfterEach
	void stop() {
		this.node.close();
	}

	@Test
	void anEventThatIsRaisedEarlyIsThereWhenTheCodeWaitsForIt() throws Exception {
		String id = this.client.start("twoEvents", null);
		this.client.raiseEvent(id, "Go", "a");
		this.client.raiseEvent(id, "go", "b");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("ab");
	}

	@Test
	void aCustomStatusAboveTheThresholdForLargeValuesIsKeptAsItIs() throws Exception {
		String id = this.node.client().start("talkative", 600);
		OrchestrationMetadata finished = this.node.await(id);
		assertThat(finished.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(finished.customStatus().referenceId()).isNull();
		assertThat(finished.customStatus().as(String.class)).isEqualTo("x".repeat(600));
	}

	@Test
	void customStatusIsSeenByClientsWhileTheInstanceWaits() throws Exception {
		String id = this.client.start("approval", null);
		OrchestrationMetadata waiting = this.client.awaitStart(id, Duration.ofSeconds(20));
		assertThat(waiting.customStatus().as(String.class)).isEqualTo("waiting");
		this.client.raiseEvent(id, "approve", "yes");
		assertThat(this.node.await(id).customStatus().as(String.class)).isEqualTo("waiting");
	}

	@Test
	void eventsOfOneClientArriveInItsOrder() throws Exception {
		String id = this.client.start("counter", 0);
		for (int i = 1; i <= 200; i++) {
			this.client.raiseEvent(id, "add", i);
		}
		this.client.raiseEvent(id, "add", 0);
		// 0 comes last, or the sum would lack what came after it.
		assertThat(this.node.await(id).readOutputAs(Integer.class)).isEqualTo(20_100);
	}

	@Test
	void signalWithStartStartsAnInstanceThatHasTheEvent() throws Exception {
		StartOptions one = StartOptions.instanceId("one");
		assertThat(this.client.signalWithStart(SampleOrchestrations::approval, one, new Signal("approve", "first")))
			.isTrue();
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("first");
	}

	@Test
	void signalWithStartReachesTheInstanceThatRuns() throws Exception {
		StartOptions one = StartOptions.instanceId("one");
		assertThat(this.client.signalWithStart("counter", 10, one, new Signal("add", 1))).isTrue();
		assertThat(this.client.signalWithStart("counter", 1_000, one, new Signal("add", 2))).isFalse();
		this.client.raiseEvent("one", "add", 0);
		assertThat(this.node.await("one").readOutputAs(Integer.class)).isEqualTo(13);
	}

	@Test
	void signalWithStartWhoseInstanceHasFinishedMeanwhileStartsAnother() throws Exception {
		StartOptions one = StartOptions.instanceId("one");
		this.client.start("counter", 5, one);
		this.client.raiseEvent("one", "add", 0);
		// Sent to an instance that takes the 0 before: the event itself brings the next
		// one.
		this.client.signalWithStart("counter", 100, one, new Signal("add", 7));
		Awaitility.await()
			.until(() -> Integer.valueOf(100).equals(this.client.get("one").orElseThrow().readInputAs(Integer.class))
					|| Integer.valueOf(107).equals(this.client.get("one").orElseThrow().readInputAs(Integer.class)));
		this.client.raiseEvent("one", "add", 0);
		assertThat(this.node.await("one").readOutputAs(Integer.class)).isEqualTo(107);
	}

	@Test
	void signalWithStartNeedsAnId() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.client.signalWithStart("counter", 1, StartOptions.defaults(), new Signal("add", 1)))
			.withMessageContaining("instance id");
	}

	@Test
	void aSubOrchestrationReturnsToItsParent() throws Exception {
		String id = this.client.start("parent", "x");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("parent of x");
		OrchestrationMetadata child = this.client.query(InstanceQuery.of(InstanceFilter.all().name("child")))
			.instances()
			.get(0);
		assertThat(child.parentId()).isEqualTo(id);
	}

	@Test
	void subOrchestrationsFanOutAndIn() throws Exception {
		assertThat(this.node.await(this.client.start("parentOfMany", 20)).readOutputAs(String.class))
			.startsWith("c0,c1,c2")
			.endsWith("c19");
	}

	@Test
	void aSubOrchestrationInheritsTagsAndAddsItsOwn() throws Exception {
		String id = this.client.start("parentOfNamed", "kid", StartOptions.defaults().tag("team", "red"));
		this.client.awaitStart(id, Duration.ofSeconds(20));
		Awaitility.await().until(() -> this.client.get("kid").isPresent());
		assertThat(this.client.get("kid").orElseThrow().tags()).containsEntry("team", "red")
			.containsEntry("by", "parent");
		this.client.raiseEvent("kid", "approve", "yes");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("yes");
	}

	@Test
	void aSubOrchestrationWhoseIdIsTakenFails() throws Exception {
		this.client.start("approval", null, StartOptions.instanceId("kid"));
		String id = this.client.start("parentOfNamed", "kid");
		assertThat(this.node.await(id).readOutputAs(String.class))
			.isEqualTo("failed: io.durablespring.InstanceAlreadyExistsException");
	}

	@Test
	void anOrchestratorStartsAnotherAndSendsItAnEvent() throws Exception {
		String id = this.client.start("starter", "other");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("other");
		OrchestrationMetadata other = this.node.await("other");
		assertThat(other.readOutputAs(String.class)).isEqualTo("by " + id);
		assertThat(other.parentId()).isNull();
	}

	@Test
	void aCallIsTriedAgainAsItsOptionsSay() throws Exception {
		this.samples.failures.put("x", new AtomicInteger(2));
		String id = this.client.start("retrying", "x");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("x");
		assertThat(this.client.history(id)).filteredOn((entry) -> entry.type().equals("TaskScheduled"))
			.extracting(HistoryEntry::attempt)
			.containsExactly(1, 2, 3);
	}

	@Test
	void historyTellsWhichOfTwoCallsAnAttemptIsFor() throws Exception {
		this.samples.failures.put("same", new AtomicInteger(2));
		String id = this.client.start("retryingTwice", "same");
		this.node.await(id);
		List<HistoryEntry> calls = this.client.history(id)
			.stream()
			.filter((entry) -> entry.type().equals(HistoryEntry.TASK_SCHEDULED))
			.toList();
		assertThat(calls.subList(0, 2)).allSatisfy((first) -> {
			assertThat(first.retryOf()).isNull();
			assertThat(first.retryPolicy().maxAttempts()).isEqualTo(5);
		});
		assertThat(calls.subList(2, calls.size())).hasSize(2)
			.allMatch((again) -> again.attempt() > 1
					&& calls.subList(0, 2).stream().anyMatch((first) -> first.taskId().equals(again.retryOf())));
		assertThat(this.client.history(id)).filteredOn((entry) -> entry.type().equals(HistoryEntry.TIMER_CREATED))
			.extracting(HistoryEntry::retryOf)
			.doesNotContainNull();
	}

	@Test
	void aCallIsTriedAgainAsItsAnnotationSays() throws Exception {
		this.samples.failures.put("x", new AtomicInteger(10));
		String id = this.client.start("annotated", "x");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(this.samples.runs).hasSize(4);
	}

	@Test
	void anActivityKnowsItsCallAndSeesTheInstancesTags() throws Exception {
		this.samples.activities = this.node.runtime.activityContext();
		this.samples.failures.put("x", new AtomicInteger(1));
		this.client.start("curious", "x", StartOptions.instanceId("one").tag("team", "red"));
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("describe #2 of one {team=red}");
		assertThatIllegalStateException().isThrownBy(this.samples.activities::tags)
			.withMessageContaining(Thread.currentThread().getName());
	}

	@Test
	void anEternalOrchestrationKeepsItsStorageBounded() throws Exception {
		String id = this.client.start("countdown", 1_000);
		OrchestrationMetadata finished = this.client.awaitCompletion(id, Duration.ofSeconds(60));
		assertThat(finished.readOutputAs(String.class)).isEqualTo("done in " + id);
		assertThat(finished.executionId()).endsWith("~1000");
		assertThat(this.samples.runs).hasSize(1_001);
		assertThat(this.client.history(id)).hasSize(6);
		Set<String> names = new HashSet<>();
		this.node.steps.forEach((step) -> names.add(step.history().executionId()));
		assertThat(names).hasSize(1_001);
	}

	@Test
	void continuingAsNewKeepsEventsThatCameTogether() throws Exception {
		this.client.start("counter", 0, StartOptions.instanceId("one"));
		for (int i = 1; i <= 50; i++) {
			this.client.raiseEvent("one", "add", 1);
		}
		this.client.raiseEvent("one", "add", 0);
		assertThat(this.node.await("one").readOutputAs(Integer.class)).isEqualTo(50);
	}

	@Test
	void aLargeValueIsStoredOnceAndReferredTo() throws Exception {
		String large = "y".repeat(800);
		String id = this.client.start("big", large);
		OrchestrationMetadata finished = this.node.await(id);
		assertThat(finished.readOutputAs(String.class)).isEqualTo(large);
		assertThat(finished.readInputAs(String.class)).isEqualTo(large);
		assertThat(finished.input().json()).startsWith("{\"$durablePayload\":\"").hasSizeLessThan(100);
		assertThat(finished.input()).isEqualTo(finished.output());
		assertThat(this.client.history(id)).filteredOn((entry) -> entry.payload() != null)
			.allSatisfy((entry) -> assertThat(entry.payload().as(String.class)).isEqualTo(large));
		this.client.purge(id, false);
		assertThat(this.store.payload(finished.input().referenceId())).isEmpty();
	}

	@Test
	void aLargeValueTravelsToAndFromASubOrchestration() throws Exception {
		String large = "y".repeat(800);
		String id = this.client.start("parent", large);
		OrchestrationMetadata finished = this.node.await(id);
		assertThat(finished.readOutputAs(String.class)).isEqualTo("parent of " + large);
		this.store.purge(this.store.children(List.of(id)));
		assertThat(this.client.history(id)).filteredOn((entry) -> entry.type().endsWith("InstanceCompleted"))
			.allSatisfy((entry) -> assertThat(entry.payload().as(String.class)).isEqualTo(large));
		String again = this.client.restart(id, true);
		this.client.purge(id, true);
		assertThat(this.node.await(again).readOutputAs(String.class)).isEqualTo("parent of " + large);
	}

	@Test
	void largeEventsAndCarriedOnesOutliveTheExecutionsBeforeAndNothingElseDoes() throws Exception {
		String text = "z".repeat(900);
		String id = this.client.start("collector", 0);
		for (int i = 0; i < 20; i++) {
			this.client.raiseEvent(id, "part", text);
		}
		Awaitility.await().until(() -> this.client.get(id).orElseThrow().executionId().endsWith("~20"));
		this.client.raiseEvent(id, "part", text);
		this.client.raiseEvent(id, "part", "end");
		assertThat(this.node.await(id).readOutputAs(Integer.class)).isEqualTo(21 * 900);
		assertThat(this.client.history(id)).filteredOn((entry) -> entry.payload() != null)
			.allSatisfy((entry) -> assertThat(entry.payload().referenceId()).isNull());
		Set<String> large = new HashSet<>();
		this.node.steps.forEach((step) -> step.history().payloads().unused().forEach(large::add));
		assertThat(large).hasSize(21).allSatisfy((one) -> assertThat(this.store.payload(one)).isEmpty());
	}

	@Test
	void aLargeEventIsKept() throws Exception {
		String large = "z".repeat(900);
		String id = this.client.start("approval", null);
		this.client.raiseEvent(id, "approve", large);
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo(large);
	}

	@Test
	void aValueThatLooksLikeAReferenceIsKeptAsItIs() throws Exception {
		OrchestratorOfText texts = new OrchestratorOfText();
		try (TestNode other = TestNode.start(new InMemoryStore(), texts)) {
			String id = other.client().start("echo", "{\"$durablePayload\":\"x\"}");
			assertThat(other.await(id).readOutputAs(String.class)).isEqualTo("{\"$durablePayload\":\"x\"}");
		}
	}

	@Test
	void aValueAboveTheLimitIsRefused() {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.client.start("big", "x".repeat(1_001)))
			.withMessageContaining("durable.max-payload-size");
	}

	@Test
	void countsAreByNameAndStatus() throws Exception {
		this.node.await(this.client.start("child", "x"));
		this.node.await(this.client.start("child", "y"));
		String waiting = this.client.start("approval", null);
		this.client.awaitStart(waiting, Duration.ofSeconds(20));
		assertThat(this.client.counts()).containsExactlyInAnyOrder(
				new InstanceCount("child", InstanceStatus.COMPLETED, 2),
				new InstanceCount("approval", InstanceStatus.RUNNING, 1));
	}

	@Test
	void instancesAreFoundByTag() throws Exception {
		this.node.await(this.client.start("child", "x", StartOptions.instanceId("a").tag("team", "red")));
		this.node.await(this.client.start("child", "x", StartOptions.instanceId("b").tag("team", "blue")));
		assertThat(this.client.query(InstanceQuery.of(InstanceFilter.all().tag("team", "red"))).instances())
			.extracting(OrchestrationMetadata::instanceId)
			.containsExactly("a");
	}

	@Test
	void anEventThatComesWithALaterStartIsTheFirst() throws Exception {
		StartOptions later = StartOptions.instanceId("one").at(Instant.now().plusMillis(300));
		assertThat(this.client.signalWithStart("twoEvents", null, later, new Signal("go", "a"))).isTrue();
		this.client.raiseEvent("one", "go", "b");
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("ab");
	}

	@Test
	void anEventThatComesWithALaterStartIsNotForAnotherInstanceOfTheId() throws Exception {
		StartOptions later = StartOptions.instanceId("one").at(Instant.now().plusMillis(200));
		this.client.signalWithStart("approval", null, later, new Signal("approve", "old"));
		Awaitility.await().until(() -> this.client.history("one").size() > 1);
		this.client.terminate("one", "not wanted");
		this.node.await("one");
		this.client.start("approval", null, StartOptions.instanceId("one"));
		await(later.startAt());
		this.client.raiseEvent("one", "approve", "new");
		Awaitility.await().until(() -> this.client.get("one").orElseThrow().status() == InstanceStatus.COMPLETED);
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("new");
	}

	@Test
	void anEventThatStartsAnotherInstanceStartsItWhenItWasAskedTo() throws Exception {
		StartOptions one = StartOptions.instanceId("one");
		this.client.start("counter", 5, one);
		this.client.raiseEvent("one", "add", 0);
		Instant later = Instant.now().plus(Duration.ofHours(1));
		this.client.signalWithStart("counter", 100, one.at(later), new Signal("add", 7));
		Awaitility.await()
			.until(() -> Integer.valueOf(100).equals(this.client.get("one").orElseThrow().readInputAs(Integer.class)));
		Awaitility.await().until(() -> this.client.history("one").size() > 1);
		assertThat(this.client.get("one").orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
	}

	@Test
	void eventsThatComeWhenTheCodeHasEndedAreCounted() {
		InMemoryStore memory = new InMemoryStore();
		SharedBroker broker = new SharedBroker();
		SharedBroker.Link link = broker.link();
		try (TestNode other = TestNode.start(memory, memory, link, TestNode.quick(), new SampleOrchestrations())) {
			other.client().start("approval", null, StartOptions.instanceId("one"));
			Awaitility.await().until(broker::hasOrchestrations);
			broker.deliverOrchestrations(link);
			for (int i = 0; i < 5; i++) {
				broker.send(new Message.ToOrchestration("event" + i, "one", null,
						new EventRaised(Instant.now(), "approve", null)));
			}
			broker.deliverOrchestrations(link);
			assertThat(memory.find("one").orElseThrow().status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(other.dropped).containsExactly("finished-instance", "finished-instance", "finished-instance",
					"finished-instance");
		}
	}

	@Test
	void oneAttemptInTheAnnotationSwitchesRetriesOffWhateverTheDefaultIs() throws Exception {
		RuntimeSettings quick = TestNode.quick();
		RuntimeSettings retrying = new RuntimeSettings(quick.cachedExecutions(), quick.maxConcurrentActivities(),
				quick.payloads(), quick.claimTime(), quick.pollInterval(), quick.receivedRetention(),
				quick.drainTimeout(), quick.longestLook(), false, false, false, true, quick.limits(),
				quick.versioning(), Map.of("default", RetryPolicy.of(4, Duration.ofMillis(1))));
		InMemoryStore memory = new InMemoryStore();
		Once once = new Once();
		try (TestNode other = TestNode.start(memory, memory, new InProcessTransport(1, Duration.ofMillis(10)), retrying,
				once)) {
			assertThat(other.await(other.client().start("once", null)).status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(once.runs).hasValue(1);
			assertThat(other.await(other.client().start("asOften", null)).status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(once.runs).hasValue(5);
		}
	}

	private static void await(Instant time) {
		Awaitility.await().until(() -> Instant.now().isAfter(time));
	}

	static class OrchestratorOfText {

		@Orchestrator
		String echo(OrchestrationContext ctx, String text) {
			return ctx.callActivity(OrchestratorOfText::same, text).await();
		}

		@Activity
		String same(String text) {
			return text;
		}

	}

	static class Once {

		private final AtomicInteger runs = new AtomicInteger();

		@Orchestrator
		void once(OrchestrationContext ctx) {
			ctx.callActivity("failOnce", null, String.class).await();
		}

		@Orchestrator
		void asOften(OrchestrationContext ctx) {
			ctx.callActivity("fail", null, String.class).await();
		}

		@Activity(retry = @Retry(maxAttempts = 1))
		void failOnce() {
			fail();
		}

		@Activity
		void fail() {
			throw new IllegalStateException("run " + this.runs.incrementAndGet());
		}

	}

}
