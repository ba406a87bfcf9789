package io.durablespring.runtime;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCreated;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.StoredRows;
import io.durablespring.programs.HistoryRules;
import io.durablespring.programs.Step;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.PayloadHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds of a store when nothing is left to do, whatever has happened before.
 */
final class HubRules {

	private final InMemoryStore store;

	HubRules(InMemoryStore store) {
		this.store = store;
	}

	void check(SimulatedHub hub) {
		assertThat(hub.outcomes().toString()).doesNotContain(Step.WRONG);
		for (String id : hub.operators.places().keySet()) {
			OrchestrationMetadata instance = this.store.find(id).orElseThrow();
			List<HistoryEvent> history = this.store.history(id);
			assertThat(instance.status().isFinished()).as("%s ends, with %s", instance, history).isTrue();
			HistoryRules.check(history);
			if (instance.status() == InstanceStatus.COMPLETED) {
				assertThat(history.get(history.size() - 1)).isInstanceOf(ExecutionCompleted.class);
			}
			checkPayloads(instance, history);
			checkLateValues(instance);
			checkEvents(history);
			checkChildren(id, instance, history);
		}
	}

	/** What history refers to is stored. */
	private void checkPayloads(OrchestrationMetadata instance, List<HistoryEvent> history) {
		history.stream()
			.map(HistoryEvent::payload)
			.filter(Objects::nonNull)
			.forEach((payload) -> assertThat(
					payload.referenceId() == null || this.store.payload(payload.referenceId()).isPresent())
				.as("%s of %s is stored", payload, instance)
				.isTrue());
	}

	/** Nothing is kept for calls of executions that are over. */
	private void checkLateValues(OrchestrationMetadata instance) {
		String current = PayloadHolder.calls(instance.executionId());
		assertThat(new StoredRows(this.store).payloads(instance.instanceId()).keySet()).as("values of %s", instance)
			.allMatch((holder) -> holder.isEmpty() || holder.startsWith("event:") || holder.startsWith(current));
	}

	/** No event is taken in twice; each has a payload of its own. */
	private static void checkEvents(List<HistoryEvent> history) {
		Set<String> seen = new HashSet<>();
		for (HistoryEvent event : history) {
			if (event instanceof EventRaised raised) {
				assertThat(seen.add(raised.name().toLowerCase() + raised.input())).as("%s in %s", raised, history)
					.isTrue();
			}
		}
	}

	/** Parents have seen what their children returned. */
	private void checkChildren(String id, OrchestrationMetadata instance, List<HistoryEvent> history) {
		Map<Integer, SubOrchestrationInstanceCreated> calls = history.stream()
			.filter(SubOrchestrationInstanceCreated.class::isInstance)
			.map(SubOrchestrationInstanceCreated.class::cast)
			.collect(Collectors.toMap(SubOrchestrationInstanceCreated::taskId, Function.identity()));
		for (HistoryEvent event : history) {
			if (event instanceof SubOrchestrationInstanceCompleted outcome) {
				String childId = calls.get(outcome.taskId()).instanceId();
				InstanceHead head = this.store.load(List.of(childId)).get(0);
				OrchestrationMetadata child = this.store.find(childId).orElseThrow();
				ParentInstance parent = Objects.requireNonNull(head.parent());
				if (!parent.instanceId().equals(id) || parent.taskId() != outcome.taskId()) {
					// Another one with the same id has come after it.
					continue;
				}
				assertThat(head.status()).isEqualTo(InstanceStatus.COMPLETED);
				assertThat(outcome.result()).as("%s of %s in %s", child, instance, history).isEqualTo(child.output());
			}
		}
	}

}
