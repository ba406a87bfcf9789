package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.DurableClient;
import io.durablespring.FailureDetails;
import io.durablespring.HistoryEntry;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceFinishedException;
import io.durablespring.InstanceNotFailedException;
import io.durablespring.InstanceNotFinishedException;
import io.durablespring.InstanceNotFoundException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.PurgeResult;
import io.durablespring.StartOptions;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceHead;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Suspend, resume, terminate, rewind, restart, purge, and ids that are used again.
 */
class InstanceSteeringTests {

	private final InMemoryStore store = new InMemoryStore();

	private final SampleOrchestrations samples = new SampleOrchestrations();

	private final TestNode node = TestNode.start(this.store, this.samples);

	private final DurableClient client = this.node.client();

	@AfterEach
	void stop() {
		this.node.close();
	}

	@Test
	void aSuspendedInstanceKeepsEventsUntilItIsResumed() throws Exception {
		String id = started("twoEvents", null);
		this.client.raiseEvent(id, "go", "a");
		this.client.suspend(id, "audit");
		awaitStatus(id, InstanceStatus.SUSPENDED);
		assertThat(this.client.get(id).orElseThrow().failure().message()).isEqualTo("audit");
		this.client.raiseEvent(id, "go", "b");
		awaitEvents(id, "EventRaised", 2);
		assertThat(status(id)).isEqualTo(InstanceStatus.SUSPENDED);
		this.client.resume(id, "audited");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("ab");
	}

	@Test
	void anInstanceCanBeTerminatedWhileItIsSuspended() throws Exception {
		String id = started("approval", null);
		this.client.suspend(id, null);
		awaitStatus(id, InstanceStatus.SUSPENDED);
		this.client.terminate(id, "enough");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(this.client.get(id).orElseThrow().failure().message()).isEqualTo("enough");
	}

	@Test
	void aScheduledInstanceIsPendingAlsoWithEventsAndThroughASuspension() throws Exception {
		String id = this.client.start("approval", null,
				StartOptions.instanceId("later").at(Instant.now().plus(Duration.ofHours(1))));
		this.client.raiseEvent(id, "approve", "early");
		awaitEvents(id, "EventRaised", 1);
		assertThat(status(id)).isEqualTo(InstanceStatus.PENDING);
		this.client.suspend(id, null);
		awaitStatus(id, InstanceStatus.SUSPENDED);
		this.client.resume(id, null);
		awaitStatus(id, InstanceStatus.PENDING);
		this.client.terminate(id, null);
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void anInstanceThatIsSuspendedBeforeItsTimeHasNotStarted() throws Exception {
		String id = this.client.start("approval", null,
				StartOptions.instanceId("later").at(Instant.now().plus(Duration.ofHours(1))));
		this.client.suspend(id, null);
		awaitStatus(id, InstanceStatus.SUSPENDED);
		assertThatThrownBy(() -> this.client.awaitStart(id, Duration.ofMillis(20))).isInstanceOf(TimeoutException.class)
			.hasMessageContaining("has not started");
		this.client.resume(id, null);
		awaitStatus(id, InstanceStatus.PENDING);
		assertThat(this.client.get(id).orElseThrow().startedAt()).isNull();
		this.client.terminate(id, null);
		assertThat(this.client.awaitStart(id, Duration.ofSeconds(10)).status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(this.client.get(id).orElseThrow().startedAt()).isNull();
	}

	@Test
	void anInstanceThatIsSuspendedWhileItRunsHasStarted() throws Exception {
		String id = started("approval", null);
		this.client.suspend(id, null);
		awaitStatus(id, InstanceStatus.SUSPENDED);
		assertThat(this.client.awaitStart(id, Duration.ofSeconds(10)).startedAt()).isNotNull();
	}

	@Test
	void terminatingAParentTerminatesItsChildren() throws Exception {
		String id = started("parentOfNamed", "kid");
		awaitStatus("kid", InstanceStatus.RUNNING);
		this.client.terminate(id, "all of you");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(this.node.await("kid").status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void aParentOfATerminatedChildGoesOnOnceTheChildWasRestarted() throws Exception {
		String id = started("parentOfApproval", "kid");
		awaitStatus("kid", InstanceStatus.RUNNING);
		this.client.terminate("kid", "enough");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.FAILED);
		String failed = this.client.get(id).orElseThrow().executionId();
		this.client.rewind(id, null);
		Awaitility.await().until(() -> !this.client.get(id).orElseThrow().executionId().equals(failed));
		assertThat(this.node.await(id).status()).as("the child is still terminated").isEqualTo(InstanceStatus.FAILED);
		this.client.restart("kid", false);
		this.client.rewind(id, null);
		this.client.raiseEvent("kid", "approve", "yes");
		assertThat(this.node.await("kid").readOutputAs(String.class)).isEqualTo("yes");
		awaitStatus(id, InstanceStatus.COMPLETED);
	}

	@Test
	void terminatingAParentAloneLeavesItsChildren() throws Exception {
		String id = started("parentOfNamed", "kid");
		awaitStatus("kid", InstanceStatus.RUNNING);
		this.client.terminate(id, "you alone", false);
		this.node.await(id);
		this.client.raiseEvent("kid", "approve", "yes");
		assertThat(this.node.await("kid").readOutputAs(String.class)).isEqualTo("yes");
	}

	@Test
	void aTerminatedChildFailsItsParentsCall() throws Exception {
		String id = started("parentOfNamed", "kid");
		awaitStatus("kid", InstanceStatus.RUNNING);
		this.client.terminate("kid", "enough");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("failed: ExecutionTerminated");
	}

	@Test
	void rewindRunsTheFailedActivityAgainAndNothingElse() throws Exception {
		this.samples.failures.put("c1", new AtomicInteger(1));
		String id = this.client.start("parentOfMany", 3);
		OrchestrationMetadata failed = this.node.await(id);
		assertThat(failed.status()).isEqualTo(InstanceStatus.FAILED);
		this.client.rewind(id, "mended");
		OrchestrationMetadata mended = awaitStatus(id, InstanceStatus.COMPLETED);
		assertThat(mended.readOutputAs(String.class)).isEqualTo("c0,c1,c2");
		assertThat(mended.failure()).isNull();
		assertThat(this.samples.runs).containsOnlyOnce("c0", "c2").filteredOn("c1"::equals).hasSize(2);
	}

	@Test
	void rewindGoesDownThroughSubOrchestrations() throws Exception {
		this.samples.failures.put("x", new AtomicInteger(1));
		String id = this.client.start("parent", "x");
		OrchestrationMetadata failed = this.node.await(id);
		assertThat(failed.failure().cause().cause().message()).isEqualTo("not yet x");
		this.client.rewind(id, null);
		assertThat(awaitStatus(id, InstanceStatus.COMPLETED).readOutputAs(String.class)).isEqualTo("parent of x");
		List<InstanceHead> children = this.store.children(List.of(id));
		assertThat(children).hasSize(1);
		assertThat(children.get(0).executionId()).endsWith("~0.1");
	}

	@Test
	void rewindFailsAgainWhenTheCauseIsStillThereAndCanBeRepeated() throws Exception {
		this.samples.failures.put("x", new AtomicInteger(3));
		String id = this.client.start("parent", "x");
		this.node.await(id);
		for (int i = 1; i < 3; i++) {
			int rewinds = i;
			this.client.rewind(id, null);
			Awaitility.await()
				.until(() -> this.client.get(id)
					.filter((found) -> found.status() == InstanceStatus.FAILED
							&& found.executionId().endsWith("~0." + rewinds))
					.isPresent());
		}
		this.client.rewind(id, null);
		assertThat(awaitStatus(id, InstanceStatus.COMPLETED).readOutputAs(String.class)).isEqualTo("parent of x");
	}

	@Test
	void rewindOfAParentWhoseChildWasPurgedFailsWithThat() throws Exception {
		this.samples.failures.put("x", new AtomicInteger(1));
		String id = this.client.start("parent", "x");
		this.node.await(id);
		this.store.purge(this.store.children(List.of(id)));
		this.client.rewind(id, null);
		Awaitility.await()
			.until(() -> this.client.get(id)
				.map(OrchestrationMetadata::failure)
				.map(FailureDetails::cause)
				.orElseThrow()
				.type()
				.equals("InstanceNotFound"));
	}

	@Test
	void rewindStartsTheChildWhoseIdWasTakenAndLeavesAloneWhoHadIt() throws Exception {
		String other = started("approval", null, StartOptions.instanceId("taken"));
		String id = this.client.start("parentOfOne", other);
		assertThat(this.node.await(id).failure().cause().type())
			.isEqualTo(InstanceAlreadyExistsException.class.getName());
		this.client.raiseEvent(other, "approve", "of somebody else");
		assertThat(this.node.await(other).readOutputAs(String.class)).isEqualTo("of somebody else");
		this.client.rewind(id, "the id is free");
		assertThat(awaitStatus(id, InstanceStatus.COMPLETED).readOutputAs(String.class)).isEqualTo("mine: x");
	}

	@Test
	void rewindRefusesWhatHasNotFailed() throws Exception {
		String id = this.client.start("child", "x");
		this.node.await(id);
		assertThatExceptionOfType(InstanceNotFailedException.class).isThrownBy(() -> this.client.rewind(id, null))
			.withMessageContaining("COMPLETED");
		assertThatExceptionOfType(InstanceNotFoundException.class).isThrownBy(() -> this.client.rewind("nobody", null));
	}

	@Test
	void restartKeepsInputTagsAndId() throws Exception {
		String id = this.client.start("child", "x", StartOptions.instanceId("again").tag("team", "red"));
		String first = this.node.await(id).executionId();
		assertThat(this.client.restart(id, false)).isEqualTo(id);
		Awaitility.await()
			.until(() -> this.client.get(id)
				.filter((found) -> !found.executionId().equals(first) && found.status() == InstanceStatus.COMPLETED)
				.isPresent());
		OrchestrationMetadata restarted = this.client.get(id).orElseThrow();
		assertThat(restarted.readInputAs(String.class)).isEqualTo("x");
		assertThat(restarted.tags()).containsEntry("team", "red");
		assertThat(this.samples.runs).containsExactly("x", "x");
	}

	@Test
	void restartWithANewIdLeavesTheOldInstance() throws Exception {
		String id = this.client.start("child", "x");
		this.node.await(id);
		String other = this.client.restart(id, true);
		assertThat(other).isNotEqualTo(id);
		assertThat(this.node.await(other).readOutputAs(String.class)).isEqualTo("x");
		assertThat(this.client.get(id)).isPresent();
	}

	@Test
	void restartRefusesUnknownAndUnfinishedInstances() {
		assertThatExceptionOfType(InstanceNotFoundException.class)
			.isThrownBy(() -> this.client.restart("nobody", true));
		String id = started("approval", null);
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> this.client.restart(id, false));
	}

	@Test
	void purgeRemovesAFinishedInstanceAndItsHistory() throws Exception {
		String id = this.client.start("child", "x");
		this.node.await(id);
		assertThat(this.client.purge(id, false)).isEqualTo(new PurgeResult(1, true));
		assertThat(this.client.get(id)).isEmpty();
		assertThatExceptionOfType(InstanceNotFoundException.class).isThrownBy(() -> this.client.history(id));
		assertThat(this.client.purge(id, false)).isEqualTo(new PurgeResult(0, true));
	}

	@Test
	void purgeRefusesWhatHasNotFinished() {
		String id = started("approval", null);
		assertThatExceptionOfType(InstanceNotFinishedException.class).isThrownBy(() -> this.client.purge(id, true))
			.withMessageContaining("terminate it first");
	}

	@Test
	void purgeByFilterIsRecursiveAndLeavesTheUnfinished() throws Exception {
		this.node.await(this.client.start("parentOfMany", 3));
		this.node.await(this.client.start("parent", "x"));
		String running = started("approval", null);
		InstanceFilter parents = InstanceFilter.all().name("parentOfMany");
		assertThat(this.client.purge(parents, true, Duration.ofMinutes(1))).isEqualTo(new PurgeResult(4, true));
		assertThat(this.client.purge(InstanceFilter.all(), false, Duration.ofMinutes(1)))
			.isEqualTo(new PurgeResult(2, true));
		assertThat(this.client.get(running)).isPresent();
		assertThat(this.client.purge(InstanceFilter.all().unfinished(), false, Duration.ofMinutes(1)))
			.isEqualTo(new PurgeResult(0, true));
	}

	@Test
	void purgeEndsWhenItsTimeIsOverAndGoesOnWithTheRest() throws Exception {
		for (int i = 0; i < 600; i++) {
			this.client.start("child", "x", StartOptions.instanceId("p" + i));
		}
		for (int i = 0; i < 600; i++) {
			this.node.await("p" + i);
		}
		assertThat(this.client.purge(InstanceFilter.all(), false, Duration.ZERO))
			.isEqualTo(new PurgeResult(500, false));
		assertThat(this.client.purge(InstanceFilter.all(), false, Duration.ZERO)).isEqualTo(new PurgeResult(100, true));
	}

	@Test
	void aStartRejectsATakenIdAsItsPolicyHasIt() throws Exception {
		started("approval", null, StartOptions.instanceId("one"));
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> this.client.start("child", "x", StartOptions.instanceId("one")));
		this.client.raiseEvent("one", "approve", "yes");
		this.node.await("one");
		assertThatExceptionOfType(InstanceAlreadyExistsException.class).isThrownBy(
				() -> this.client.start("child", "x", StartOptions.instanceId("one").reuse(IdReusePolicy.REJECT)));
		this.client.start("child", "x", StartOptions.instanceId("one"));
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("x");
	}

	@Test
	void aStartThatReplacesTerminatesTheOtherInstanceAndItsChildren() throws Exception {
		started("parentOfNamed", "kid", StartOptions.instanceId("one"));
		awaitStatus("kid", InstanceStatus.RUNNING);
		this.client.start("child", "x", StartOptions.instanceId("one").reuse(IdReusePolicy.REPLACE));
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("x");
		assertThat(this.node.await("kid").status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void aReplacedChildFailsItsParentsCall() throws Exception {
		String parent = started("parentOfNamed", "kid");
		awaitStatus("kid", InstanceStatus.RUNNING);
		this.client.start("child", "x", StartOptions.instanceId("kid").reuse(IdReusePolicy.REPLACE));
		assertThat(this.node.await(parent).readOutputAs(String.class)).isEqualTo("failed: ExecutionTerminated");
	}

	@Test
	void whatIsUnknownOrFinishedIsRefused() throws Exception {
		assertThatExceptionOfType(InstanceNotFoundException.class)
			.isThrownBy(() -> this.client.raiseEvent("nobody", "x", null));
		assertThatExceptionOfType(InstanceNotFoundException.class)
			.isThrownBy(() -> this.client.suspend("nobody", null));
		String id = this.client.start("child", "x");
		this.node.await(id);
		assertThatExceptionOfType(InstanceFinishedException.class)
			.isThrownBy(() -> this.client.raiseEvent(id, "x", null));
		assertThatExceptionOfType(InstanceFinishedException.class).isThrownBy(() -> this.client.suspend(id, null));
		assertThatExceptionOfType(InstanceFinishedException.class).isThrownBy(() -> this.client.terminate(id, null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.raiseEvent(id, "", null));
	}

	@Test
	void terminatingAParentTerminatesTheChildrenOfItsEarlierExecutions() throws Exception {
		String id = this.client.start("leavesAlone", 1);
		Awaitility.await().until(() -> unfinishedChildren(id) == 1 && status(id) == InstanceStatus.RUNNING);
		this.client.terminate(id, "enough");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.TERMINATED);
		Awaitility.await().until(() -> unfinishedChildren(id) == 0);
	}

	@Test
	void terminatingAnInstanceLeavesTheChildrenOfAnotherOneThatHadItsId() throws Exception {
		StartOptions one = StartOptions.instanceId("one");
		this.client.start("leavesAndEnds", null, one);
		this.node.await("one");
		assertThat(unfinishedChildren("one")).isEqualTo(1);
		String first = this.client.get("one").orElseThrow().executionId();
		this.client.start("approval", null, one);
		Awaitility.await()
			.until(() -> !this.client.get("one").orElseThrow().executionId().equals(first)
					&& status("one") == InstanceStatus.RUNNING);
		this.client.terminate("one", "enough");
		assertThat(this.node.await("one").status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(unfinishedChildren("one")).isEqualTo(1);
	}

	private long unfinishedChildren(String id) {
		return this.store.children(List.of(id)).stream().filter((child) -> !child.status().isFinished()).count();
	}

	private String started(String name, Object input) {
		return started(name, input, StartOptions.defaults());
	}

	private String started(String name, Object input, StartOptions options) {
		String id = this.client.start(name, input, options);
		awaitStatus(id, InstanceStatus.RUNNING);
		return id;
	}

	private InstanceStatus status(String id) {
		return this.client.get(id).orElseThrow().status();
	}

	private OrchestrationMetadata awaitStatus(String id, InstanceStatus status) {
		return Awaitility.await()
			.until(() -> this.client.get(id),
					(found) -> found.map(OrchestrationMetadata::status).filter(status::equals).isPresent())
			.orElseThrow();
	}

	private void awaitEvents(String id, String type, int count) {
		Awaitility.await()
			.until(() -> this.client.history(id)
				.stream()
				.map(HistoryEntry::type)
				.filter(type::equals)
				.count() == count);
	}

}
