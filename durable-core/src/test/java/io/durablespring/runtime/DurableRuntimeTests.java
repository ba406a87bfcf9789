package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceFinishedException;
import io.durablespring.InstanceNotFoundException;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.PayloadException;
import io.durablespring.StartOptions;
import io.durablespring.TaskFailedException;
import io.durablespring.UnknownNameException;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A node and its client, on the reference store and transport.
 */
class DurableRuntimeTests {

	private final InMemoryStore store = new InMemoryStore();

	private final SampleWork work = new SampleWork();

	private TestNode node;

	@BeforeEach
	void startNode() {
		this.node = TestNode.start(this.store, this.work);
	}

	@AfterEach
	void stopNode() {
		this.node.close();
	}

	@Test
	void aSequenceRunsToItsEnd() throws Exception {
		String id = this.node.client().start(SampleWork::sequence, "Ann");
		OrchestrationMetadata finished = this.node.await(id);
		assertThat(finished.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(finished.readOutputAs(String.class)).isEqualTo("Hi Ann, Hi Bob");
		assertThat(finished.readInputAs(String.class)).isEqualTo("Ann");
		assertThat(finished.startedAt()).isNotNull();
		assertThat(finished.completedAt()).isNotNull();
	}

	@Test
	void aFanOutOfAThousandActivitiesIsSummedUp() throws Exception {
		String id = this.node.client().start("fanOut", 1000);
		assertThat(this.node.await(id).readOutputAs(Integer.class)).isEqualTo(499_500);
		assertThat(this.work.numbers).hasSize(1000);
	}

	@Test
	void aTimerFiresNotBeforeItsTime() throws Exception {
		Instant begin = Instant.now();
		OrchestrationMetadata finished = this.node.await(this.node.client().start("nap", 120));
		assertThat(finished.completedAt()).isAfterOrEqualTo(begin.plusMillis(120).minusMillis(1));
	}

	@Test
	void aTimerForATimeLongPastFiresAtOnce() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("longPast", null));
		assertThat(finished.status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void anActivityWhoseFailureCannotDescribeItselfFailsItsTask() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("failingMutely", "true"));
		assertThat(finished.failure().cause().type()).isEqualTo(SampleWork.Mute.class.getName());
	}

	@Test
	void anOrchestratorWhoseFailureCannotDescribeItselfFails() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("failingMutely", "false"));
		assertThat(finished.failure().type()).isEqualTo(SampleWork.Mute.class.getName());
		assertThat(finished.failure().properties()).isEmpty();
	}

	@Test
	void aScheduledStartStaysPendingUntilItsTime() throws Exception {
		String id = this.node.client()
			.start("sequence", "Ann", StartOptions.defaults().at(Instant.now().plusSeconds(3600)));
		assertThat(this.node.client().get(id).orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
		String soon = this.node.client()
			.start("sequence", "x", StartOptions.defaults().at(Instant.now().plusMillis(80)));
		assertThat(this.node.await(soon).status()).isEqualTo(InstanceStatus.COMPLETED);
		this.node.client().terminate(id, "not needed");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void anActivityThatFailsFailsItsTask() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("failing", null));
		assertThat(finished.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(finished.failure().type()).isEqualTo(TaskFailedException.class.getName());
		assertThat(finished.failure().cause().message()).isEqualTo("no funds");
	}

	@Test
	void anActivityThatIsNotRegisteredFailsItsTaskWithTheKnownNames() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("callsUnknown", null));
		assertThat(finished.readOutputAs(String.class)).contains("No @Activity named 'nowhere'").contains("greet");
	}

	@Test
	void anActivityFailsItsTaskAlsoOnANodeThatHasNone() throws Exception {
		try (TestNode other = TestNode.start(new InMemoryStore(), new Lonely())) {
			for (String queue : List.of("nowhere", "printing")) {
				OrchestrationMetadata finished = other.await(other.client().start("lonely", queue));
				assertThat(finished.readOutputAs(String.class)).contains("No @Activity named '" + queue + "'");
			}
		}
	}

	@Test
	void anOrchestratorThatIsNotRegisteredIsRefusedByTheClient() {
		assertThatExceptionOfType(UnknownNameException.class).isThrownBy(() -> this.node.client().start("nobody", null))
			.withMessageContaining("No @Orchestrator named 'nobody'")
			.withMessageContaining("sequence");
	}

	@Test
	void anInputOfAnotherTypeFailsTheInstance() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("fanOut", "many"));
		assertThat(finished.failure().type()).isEqualTo(PayloadException.class.getName());
		assertThat(finished.failure().message()).contains("input of orchestrator 'fanOut'");
	}

	@Test
	void aMissingInputForAPrimitiveFailsTheInstanceClearly() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("fanOut", null));
		assertThat(finished.failure().message()).contains("takes a int but was called without input");
	}

	@Test
	void aPayloadOverTheLimitIsRefusedWhereItIsMade() throws Exception {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.node.client().start("sequence", "x".repeat(1001)))
			.withMessageContaining("durable.max-payload-size");
		OrchestrationMetadata finished = this.node.await(this.node.client().start("echo", 2000));
		assertThat(finished.failure().cause().message()).contains("larger than the limit of 1,000 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "@entity", "a/b", "a\\b", "a#b", "a?b", "a\nb" })
	void anIllegalInstanceIdIsRefused(String id) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.node.client().start("sequence", "x", StartOptions.instanceId(id)))
			.withMessageContaining("256 characters");
	}

	@Test
	void anInstanceIdOf256CharactersIsTheLongest() throws Exception {
		String id = "x".repeat(256);
		assertThat(this.node.client().start("sequence", "x", StartOptions.instanceId(id))).isEqualTo(id);
		this.node.await(id);
		assertThatThrownBy(() -> this.node.client().start("sequence", "x", StartOptions.instanceId(id + "x")))
			.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void whatWouldNotFitAMessageIsRefused() {
		String text = "x".repeat(16_001);
		assertThatThrownBy(() -> this.node.client().start("nap", 1, StartOptions.defaults().tag("a", text)))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("16,000");
		String id = this.node.client().start("nap", 60_000);
		assertThatThrownBy(() -> this.node.client().terminate(id, text)).isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void theTextOfAFailureIsBounded() throws Exception {
		OrchestrationMetadata finished = this.node.await(this.node.client().start("failingAtLength", null));
		assertThat(finished.failure().cause().message()).hasSizeLessThan(8100).endsWith("...");
	}

	@Test
	void aRunningIdCannotBeStartedAgainButAFinishedOneCan() throws Exception {
		this.node.client().start("nap", 60_000, StartOptions.instanceId("one"));
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> this.node.client().start("nap", 1, StartOptions.instanceId("one")));
		this.node.client().terminate("one", "make room");
		String before = this.node.await("one").executionId();
		this.node.client().start("sequence", "again", StartOptions.instanceId("one"));
		OrchestrationMetadata after = this.node.await("one");
		assertThat(after.executionId()).isNotEqualTo(before);
		assertThat(after.readOutputAs(String.class)).contains("Hi again");
		assertThat(this.node.client().history("one")).extracting(HistoryEntry::type)
			.doesNotContain("ExecutionTerminated");
	}

	@Test
	void terminatingRecordsTheReasonAndOnlyWorksOnce() throws Exception {
		String id = this.node.client().start("nap", 60_000);
		this.node.client().terminate(id, "enough");
		OrchestrationMetadata finished = this.node.await(id);
		assertThat(finished.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(finished.failure().message()).isEqualTo("enough");
		assertThatThrownBy(() -> this.node.client().terminate(id, "again"))
			.isInstanceOf(InstanceFinishedException.class);
	}

	@Test
	void anUnknownInstanceIsToldApart() {
		assertThat(this.node.client().get("none")).isEmpty();
		assertThatThrownBy(() -> this.node.client().terminate("none", null))
			.isInstanceOf(InstanceNotFoundException.class);
		assertThatThrownBy(() -> this.node.client().history("none")).isInstanceOf(InstanceNotFoundException.class);
		assertThatThrownBy(() -> this.node.await("none")).isInstanceOf(InstanceNotFoundException.class);
	}

	@Test
	void waitingForTooLongTimesOut() {
		String id = this.node.client().start("nap", 60_000);
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> this.node.client().awaitCompletion(id, Duration.ofMillis(30)))
			.withMessageContaining("PT0.03S");
	}

	@Test
	void historyTellsWhatHappened() throws Exception {
		String id = this.node.client().start("sequence", "Ann");
		this.node.await(id);
		List<HistoryEntry> history = this.node.client().history(id);
		assertThat(history).extracting(HistoryEntry::type)
			.containsExactly("OrchestratorStarted", "ExecutionStarted", "TaskScheduled", "OrchestratorStarted",
					"TaskCompleted", "TaskScheduled", "OrchestratorStarted", "TaskCompleted", "ExecutionCompleted");
		assertThat(history.get(2).name()).isEqualTo("greet");
		assertThat(history.get(4).payload().as(String.class)).isEqualTo("Hi Ann");
	}

	@Test
	void instancesAreListedByStatusNameAndPrefix() throws Exception {
		this.node.await(this.node.client().start("sequence", "x", StartOptions.instanceId("a-1").tag("team", "red")));
		this.node.await(this.node.client().start("failing", null, StartOptions.instanceId("a-2")));
		this.node.client().start("nap", 60_000, StartOptions.instanceId("b-1"));
		assertThat(idsOf(InstanceFilter.all().idPrefix("a-"))).containsExactly("a-1", "a-2");
		assertThat(idsOf(InstanceFilter.all().name("nap"))).containsExactly("b-1");
		assertThat(idsOf(InstanceFilter.all().status(InstanceStatus.FAILED))).containsExactly("a-2");
		assertThat(this.node.client().get("a-1").orElseThrow().tags()).containsEntry("team", "red");
	}

	@Test
	void stoppingWaitsForRunningActivitiesAndAnotherNodeGoesOn() throws Exception {
		String id = this.node.client().start("blocking", null);
		assertThat(this.work.entered.await(10, TimeUnit.SECONDS)).isTrue();
		Thread stopping = new Thread(this.node::close);
		stopping.start();
		this.work.release.countDown();
		stopping.join(10_000);
		assertThat(stopping.isAlive()).isFalse();
		try (TestNode next = TestNode.start(this.store, this.work)) {
			assertThat(next.await(id).readOutputAs(String.class)).isEqualTo("done");
		}
		assertThat(this.work.blockingRuns).hasValue(1);
	}

	@Test
	void manyInstancesRunAtOnceWithoutAnyParkedExecution() throws Exception {
		InMemoryStore other = new InMemoryStore();
		try (TestNode forgetful = TestNode.start(other, other, new InProcessTransport(2, Duration.ofMillis(10)),
				TestNode.withoutCache(), this.work)) {
			List<String> ids = IntStream.range(0, 50)
				.mapToObj((i) -> forgetful.client().start(SampleWork::sequence, "n" + i))
				.toList();
			for (int i = 0; i < 50; i++) {
				assertThat(forgetful.await(ids.get(i)).readOutputAs(String.class)).isEqualTo("Hi n" + i + ", Hi Bob");
			}
			assertThat(forgetful.runtime.status().cachedExecutions()).isZero();
		}
	}

	/** Knows no activity of its own. */
	static class Lonely {

		@Orchestrator
		String lonely(OrchestrationContext ctx, String activity) {
			try {
				return activity.equals("printing") ? ctx.callActivity(Printer::print).await()
						: ctx.callActivity(activity, null, String.class).await();
			}
			catch (TaskFailedException ex) {
				return ex.failure().message();
			}
		}

	}

	/** Not registered. */
	static class Printer {

		@Activity(value = "printing", queue = "printers")
		String print() {
			return "printed";
		}

	}

	private List<String> idsOf(InstanceFilter filter) {
		return this.node.client()
			.query(InstanceQuery.of(filter))
			.instances()
			.stream()
			.map(OrchestrationMetadata::instanceId)
			.toList();
	}

}
