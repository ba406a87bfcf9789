package io.durablespring.runtime;

import java.time.Duration;
import java.util.List;

import io.durablespring.Activity;
import io.durablespring.CallOptions;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Instances whose history cannot be read: they are marked, can be ended, and go on after
 * a fix; their neighbours do not notice.
 */
class UnreadableHistoryTests {

	private final InMemoryStore memory = new InMemoryStore();

	private final FaultyStore store = new FaultyStore(this.memory);

	private final FaultyTransport transport = new FaultyTransport();

	private TestNode node;

	@BeforeEach
	void startNode() {
		this.node = TestNode.start(this.memory, this.store, this.transport, TestNode.withoutCache(), new Waits());
	}

	@AfterEach
	void stopNode() {
		this.node.close();
	}

	@Test
	void theInstanceIsSuspendedAndSaysWhyAndItsNeighboursGoOn() throws Exception {
		String broken = breakWhileItWaits("wait");
		String fine = waiting("wait");
		this.node.client().raiseEvent(broken, "go", "a");
		this.node.client().raiseEvent(fine, "go", "b");
		assertThat(this.node.await(fine).readOutputAs(String.class)).isEqualTo("b!");
		OrchestrationMetadata marked = awaitStatus(broken, InstanceStatus.SUSPENDED);
		assertThat(marked.failure().type()).isEqualTo("HistoryUnreadable");
		assertThat(marked.failure().message()).contains("Event 0, TaskMelted: unknown").contains("resume");
		assertThat(this.transport.deadLetters).extracting(Message::instanceId).containsExactly(broken);
		assertThat(lastEntries(broken)).containsExactly(HistoryEntry.ORCHESTRATOR_STARTED,
				HistoryEntry.EXECUTION_SUSPENDED);
	}

	@Test
	void aFixThenWhatWasPutAsideThenAResumeLetItGoOn() throws Exception {
		String id = breakWhileItWaits("wait");
		this.node.client().raiseEvent(id, "go", "a");
		awaitStatus(id, InstanceStatus.SUSPENDED);
		this.node.client().raiseEvent(id, "other", "b");
		await().until(() -> this.transport.deadLetters.size() == 2);
		this.store.unreadable = "";
		this.transport.send(List.copyOf(this.transport.deadLetters), true);
		this.node.client().resume(id, "mended");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("a!");
		assertThat(this.node.client().history(id)).extracting(HistoryEntry::type)
			.filteredOn(HistoryEntry.EXECUTION_SUSPENDED::equals)
			.hasSize(1);
	}

	@Test
	void aResumeThatComesTooEarlyIsPutAsideLikeAnythingElse() {
		String id = breakWhileItWaits("wait");
		this.node.client().raiseEvent(id, "go", "a");
		awaitStatus(id, InstanceStatus.SUSPENDED);
		this.node.client().resume(id, "hope");
		await().until(() -> this.transport.deadLetters.size() == 2);
		assertThat(awaitStatus(id, InstanceStatus.SUSPENDED).failure().type()).isEqualTo("HistoryUnreadable");
		assertThat(lastEntries(id)).containsExactly(HistoryEntry.ORCHESTRATOR_STARTED,
				HistoryEntry.EXECUTION_SUSPENDED);
	}

	@Test
	void whatAnOperatorHasSuspendedKeepsItsReason() {
		String id = waiting("wait");
		this.node.client().suspend(id, "lunch");
		awaitStatus(id, InstanceStatus.SUSPENDED);
		this.store.unreadable = id;
		this.node.client().raiseEvent(id, "go", "a");
		await().until(() -> this.transport.deadLetters.size() == 1);
		assertThat(awaitStatus(id, InstanceStatus.SUSPENDED).failure().message()).isEqualTo("lunch");
	}

	@Test
	void itCanBeTerminatedAndItsChildrenWithIt() throws Exception {
		String parent = waiting("parent");
		await().until(() -> this.node.client().get("child").isPresent());
		this.store.unreadable = parent;
		this.node.client().terminate(parent, "no use");
		assertThat(this.node.await(parent).status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(this.node.await("child").status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(this.transport.deadLetters).isEmpty();
		assertThat(lastEntries(parent)).containsExactly(HistoryEntry.ORCHESTRATOR_STARTED,
				HistoryEntry.EXECUTION_TERMINATED);
	}

	@Test
	void aTerminationTakesEffectThoughOtherMessagesArePutAside() throws Exception {
		String id = waiting("wait");
		this.store.unreadable = id;
		this.node.client().raiseEvent(id, "go", "a");
		this.node.client().terminate(id, "no use");
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(this.transport.deadLetters).extracting((message) -> ((Message.ToOrchestration) message).event())
			.hasOnlyElementsOfType(EventRaised.class);
	}

	@Test
	void aRewindOfAFailedOneIsPutAsideAndDoesItsWorkAfterTheFix() throws Exception {
		String id = this.node.client().start("fail", null);
		assertThat(this.node.await(id).status()).isEqualTo(InstanceStatus.FAILED);
		this.store.unreadable = id;
		this.node.client().rewind(id, "again");
		await().until(() -> this.transport.deadLetters.size() == 1);
		assertThat(((Message.ToOrchestration) this.transport.deadLetters.get(0)).event())
			.isInstanceOf(ExecutionRewound.class);
		assertThat(awaitStatus(id, InstanceStatus.FAILED).failure().type()).endsWith("TaskFailedException");
		this.store.unreadable = "";
		this.transport.send(List.copyOf(this.transport.deadLetters), true);
		await().until(() -> this.node.client()
			.history(id)
			.stream()
			.anyMatch((entry) -> entry.type().equals(HistoryEntry.EXECUTION_REWOUND)));
	}

	private String waiting(String orchestrator) {
		String id = this.node.client().start(orchestrator, null);
		awaitStatus(id, InstanceStatus.RUNNING);
		return id;
	}

	private String breakWhileItWaits(String orchestrator) {
		String id = waiting(orchestrator);
		this.store.unreadable = id;
		return id;
	}

	private OrchestrationMetadata awaitStatus(String id, InstanceStatus status) {
		return await().atMost(Duration.ofSeconds(10))
			.until(() -> this.node.client().get(id).orElseThrow(), (found) -> found.status() == status);
	}

	private List<String> lastEntries(String id) {
		List<HistoryEntry> history = this.node.client().history(id);
		return history.subList(history.size() - 2, history.size()).stream().map(HistoryEntry::type).toList();
	}

	static final class Waits {

		@Orchestrator("wait")
		String wait(OrchestrationContext ctx) {
			return ctx.waitForExternalEvent("go", String.class).await() + "!";
		}

		@Orchestrator("parent")
		String parent(OrchestrationContext ctx) {
			return ctx.withOptions(CallOptions.defaults().instanceId("child"))
				.callSubOrchestrator("wait", null, String.class)
				.await();
		}

		@Orchestrator("fail")
		String fail(OrchestrationContext ctx) {
			return ctx.callActivity("boom", null, String.class).await();
		}

		@Activity("boom")
		String boom() {
			throw new IllegalStateException("boom");
		}

	}

}
