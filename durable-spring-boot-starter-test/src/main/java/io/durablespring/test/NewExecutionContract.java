package io.durablespring.test;

import java.util.List;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.PARENT;
import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.as;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.call;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.withCustomStatus;
import static io.durablespring.test.StoreSamples.withOutcome;
import static io.durablespring.test.StoreSamples.withParent;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link OrchestrationStore#commit} of every store must do with what a step changes
 * of an instance: its execution, its custom status, its parent. A subclass says which
 * store to check.
 *
 * @see StepCommitContract
 */
public abstract class NewExecutionContract extends StoreContract {

	@Test
	void anInstanceThatContinuesAsNewHasTheNewHistoryInputAndVersion() {
		create("a", "x");
		commit(withCustomStatus(step(head("a"), InstanceStatus.RUNNING, 0, events()), Payload.of("\"busy\"")));
		HistoryEvent.ExecutionStarted restarted = new HistoryEvent.ExecutionStarted(T0.plusSeconds(9), "order", "2.0",
				Payload.of("[2]"), Map.of("colour", "blue"), PARENT);
		StepCommit step = as("x~1", restarted,
				step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.TimerFired(T0, 9)));
		commit(step);
		assertThat(head("a")).isEqualTo(step.nextHead());
		assertThat(this.queries.find("a")).contains(new OrchestrationMetadata("a", "order", "2.0",
				InstanceStatus.RUNNING, "x~1", Payload.of("[2]"), null, null, Payload.of("\"busy\""),
				Map.of("colour", "blue"), "parent-1", T0, T0.plusSeconds(1), T0.plusSeconds(1), null));
		assertThat(this.queries.history("a")).containsExactly(new HistoryEvent.TimerFired(T0, 9));
		commit(step(head("a"), InstanceStatus.RUNNING, 1, new HistoryEvent.TimerFired(T0, 10)));
		assertThat(this.store.histories(List.of(head("a"))).readable())
			.isEqualTo(Map.of("a", List.of(new HistoryEvent.TimerFired(T0, 9), new HistoryEvent.TimerFired(T0, 10))));
	}

	@Test
	void anInstanceMayContinueWithoutInputAndVersion() {
		create("a", "x");
		commit(as("x~1", new HistoryEvent.ExecutionStarted(T0, "order", null, null, Map.of(), null),
				step(head("a"), InstanceStatus.RUNNING, 0)));
		OrchestrationMetadata found = this.queries.find("a").orElseThrow();
		assertThat(found.input()).isNull();
		assertThat(found.version()).isNull();
		assertThat(head("a").version()).isNull();
	}

	@Test
	void aRewoundInstanceHasTheNewHistoryAndKeepsItsInput() {
		create("a", "x");
		commit(step(head("a"), InstanceStatus.RUNNING, 0, events()));
		commit(withOutcome(
				step(head("a"), InstanceStatus.FAILED, 4,
						new HistoryEvent.ExecutionFailed(T0, FailureDetails.of("E", "m"), List.of())),
				null, FailureDetails.of("E", "m")));
		StepCommit step = as("x~0.1", null,
				step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.ExecutionRewound(T0, "again", null)));
		commit(step);
		assertThat(head("a")).isEqualTo(step.nextHead());
		OrchestrationMetadata found = this.queries.find("a").orElseThrow();
		assertThat(found.input()).isEqualTo(Payload.of("{\"amount\":12.5}"));
		assertThat(found.version()).isEqualTo("1.2");
		assertThat(found.failure()).isNull();
		assertThat(found.completedAt()).isNull();
		assertThat(found.startedAt()).isEqualTo(T0.plusSeconds(1));
		assertThat(this.queries.history("a")).containsExactly(new HistoryEvent.ExecutionRewound(T0, "again", null));
	}

	@Test
	void aBatchMayContinueSomeInstancesAndStepOthers() {
		create("a", "x");
		create("b", "y");
		create("c", "z");
		commit("1", step(head("a"), InstanceStatus.RUNNING, 0, events()),
				step(head("b"), InstanceStatus.RUNNING, 0, events()),
				step(head("c"), InstanceStatus.RUNNING, 0, events()));
		commit("2",
				as("x~1", started(T0, "order"),
						step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.TimerFired(T0, 1))),
				step(head("b"), InstanceStatus.RUNNING, 4, new HistoryEvent.TimerFired(T0, 2)),
				as("z~0.1", null, step(head("c"), InstanceStatus.RUNNING, 0)));
		assertThat(this.queries.history("a")).containsExactly(new HistoryEvent.TimerFired(T0, 1));
		assertThat(this.queries.history("b")).hasSize(5);
		assertThat(this.queries.history("c")).isEmpty();
	}

	@Test
	void stepsAndCallsOfTheExecutionBeforeAreOutOfDate() {
		create("a", "x");
		commit(step(head("a"), InstanceStatus.RUNNING, 0, events()));
		InstanceHead before = head("a");
		commit(as("x~1", started(T0, "order"), step(before, InstanceStatus.RUNNING, 0)));
		InstanceHead after = head("a");
		assertThat(this.store.commit(batch("late", step(before, InstanceStatus.RUNNING, 4))).leftOut())
			.containsExactly("a");
		InstanceHead mixed = new InstanceHead("a", "order", "1.2", InstanceStatus.RUNNING, "x", after.rowVersion(),
				PARENT);
		assertThat(this.store.commit(batch("mixed", step(mixed, InstanceStatus.RUNNING, 4))).leftOut())
			.containsExactly("a");
		assertThat(head("a")).isEqualTo(after);
		assertThat(this.store.settled(List.of(call("a", "x", 0), call("a", "x~1", 0)))).containsExactly("x:0");
	}

	@Test
	void aStepThatIsLeftOutChangesNoExecution() {
		create("a", "x");
		InstanceHead old = head("a");
		commit(step(old, InstanceStatus.RUNNING, 0, events()));
		InstanceHead before = head("a");
		assertThat(this.store
			.commit(batch("late", as("x~1", started(T0, "order"), step(old, InstanceStatus.RUNNING, 0, events()))))
			.leftOut()).containsExactly("a");
		assertThat(head("a")).isEqualTo(before);
		assertThat(this.queries.history("a")).containsExactly(events());
	}

	@Test
	void theCustomStatusStaysUntilAnotherOneIsGiven() {
		create("a", "x");
		create("b", "y");
		commit("1", withCustomStatus(step(head("a"), InstanceStatus.RUNNING, 0), Payload.of("{\"done\":\"\\u0000\"}")),
				step(head("b"), InstanceStatus.RUNNING, 0));
		assertThat(customStatus("a")).isEqualTo(Payload.of("{\"done\":\"\\u0000\"}"));
		assertThat(customStatus("b")).isNull();
		commit(step(head("a"), InstanceStatus.SUSPENDED, 0));
		assertThat(customStatus("a")).isEqualTo(Payload.of("{\"done\":\"\\u0000\"}"));
		commit(withCustomStatus(step(head("a"), InstanceStatus.RUNNING, 0), Payload.of("7")));
		assertThat(customStatus("a")).isEqualTo(Payload.of("7"));
		commit(withCustomStatus(step(head("a"), InstanceStatus.RUNNING, 0), null));
		assertThat(customStatus("a")).isNull();
	}

	private @Nullable Payload customStatus(String id) {
		return this.queries.find(id).orElseThrow().customStatus();
	}

	@Test
	void theParentIsTheOneThatTheStepNames() {
		create("a", "x");
		ParentInstance other = new ParentInstance("parent-1", "px~2.1", 0);
		StepCommit step = withParent(step(head("a"), InstanceStatus.RUNNING, 0), other);
		commit(step);
		assertThat(head("a")).isEqualTo(step.nextHead());
		assertThat(head("a").parent()).isEqualTo(other);
		commit(withParent(step(head("a"), InstanceStatus.RUNNING, 0), null));
		assertThat(head("a").parent()).isNull();
		assertThat(this.queries.find("a").orElseThrow().parentId()).isNull();
	}

	@Test
	void eventsAboutNoTaskAreStored() {
		create("a", "x");
		HistoryEvent[] events = { new HistoryEvent.PatchMarked(T0, "change-1"),
				new HistoryEvent.EventRaised(T0, "go", Payload.of("1")) };
		commit(step(head("a"), InstanceStatus.RUNNING, 0, events));
		assertThat(this.queries.history("a")).containsExactly(events);
	}

}
