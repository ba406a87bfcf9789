package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.durablespring.DurableClient;
import io.durablespring.InstanceFinishedException;
import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent;
import io.durablespring.programs.Interpreter;
import io.durablespring.programs.Place;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;

/**
 * The people around a {@link SimulatedHub}: they send the events that programs wait for,
 * terminate what is doomed, rewind what has failed, and suspend and resume as they like.
 */
final class SimulatedOperators {

	private final SimulatedHub hub;

	private final Map<String, Place> places = new LinkedHashMap<>();

	private final List<Errand> errands = new ArrayList<>();

	SimulatedOperators(SimulatedHub hub) {
		this.hub = hub;
	}

	/** Takes note of an instance. */
	void started(NewInstance instance) {
		Payload input = Objects.requireNonNull(instance.started().input());
		Payload value = (input.content() != null) ? Payload.of(input.content()) : input;
		Place place = Place.parse((String) new TextCodec().read(value, String.class));
		this.places.put(instance.id(), place);
		this.hub.book.events(place)
			.forEach((event) -> this.errands
				.add(new Errand(instance.id(), instance.executionId(), event.getKey(), event.getValue())));
		if (this.hub.book.isDoomed(place)) {
			this.errands.add(new Errand(instance.id(), instance.executionId(), null, ""));
		}
	}

	Map<String, Place> places() {
		return this.places;
	}

	boolean hasErrands() {
		return !this.errands.isEmpty();
	}

	void doErrand() {
		Errand errand = this.hub.dice.any(this.errands);
		this.errands.remove(errand);
		if (errand.event == null) {
			terminate(errand);
		}
		else {
			raise(errand);
		}
	}

	private void terminate(Errand errand) {
		try {
			this.hub.client().terminate(errand.instanceId, "doomed", true);
		}
		catch (InstanceFinishedException ex) {
			// Whoever started it has ended first.
		}
	}

	private void raise(Errand errand) {
		OrchestrationMetadata found = find(errand.instanceId);
		boolean current = ExecutionIds.root(found.executionId()).equals(errand.executionId)
				&& !found.status().isFinished();
		if (!current) {
			if (!this.hub.book.isVague(this.places.get(errand.instanceId))) {
				throw new AssertionError(errand + " comes too late for " + found);
			}
			return;
		}
		DurableClient client = this.hub.client();
		String name = this.hub.dice.knows(Fault.DUPLICATION) ? errand.event.toUpperCase(Locale.ROOT) : errand.event;
		if (Place.ROOT.label().equals(errand.instanceId) && this.hub.dice.knows(Fault.DUPLICATION)) {
			client.signalWithStart(Interpreter.NAME, Place.ROOT.input(), StartOptions.instanceId(errand.instanceId),
					new DurableClient.Signal(name, errand.payload));
		}
		else {
			client.raiseEvent(errand.instanceId, name, errand.payload);
		}
	}

	private OrchestrationMetadata find(String instanceId) {
		return this.hub.memory.find(instanceId).orElseThrow();
	}

	/** Meddles with an instance. */
	void meddle() {
		Dice dice = this.hub.dice;
		Map<String, InstanceStatus> statuses = this.hub.memory.statuses(this.places.keySet());
		List<String> failed = this.places.keySet()
			.stream()
			.filter((each) -> statuses.get(each) == InstanceStatus.FAILED)
			.toList();
		String id = dice.any((failed.isEmpty() || dice.below(2) == 0) ? List.copyOf(this.places.keySet()) : failed);
		OrchestrationMetadata found = find(id);
		checkDeterminism(found);
		boolean suspend = !found.status().isFinished() && dice.happens(Fault.SUSPENSION, 50);
		boolean rewind = isToBeRewound(found) && dice.happens(Fault.HASTE, 80);
		dice.quietly(() -> {
			if (suspend) {
				this.hub.client().suspend(id, "for a while");
			}
			if (found.status() == InstanceStatus.SUSPENDED) {
				this.hub.client().resume(id, null);
			}
			if (rewind) {
				this.hub.client().rewind(id, "in haste");
			}
		});
	}

	/** Does what is to be done when nothing happens any more. */
	boolean intervene() {
		boolean done = false;
		for (String id : List.copyOf(this.places.keySet())) {
			OrchestrationMetadata found = find(id);
			checkDeterminism(found);
			if (found.status() == InstanceStatus.SUSPENDED) {
				this.hub.client().resume(id, null);
				done = true;
			}
			if (found.status() == InstanceStatus.FAILED && found.parentId() == null) {
				this.hub.client().rewind(id, null);
				done = true;
			}
		}
		return done;
	}

	private void checkDeterminism(OrchestrationMetadata found) {
		if (found.failure() != null && found.failure().isCausedBy(NonDeterministicOrchestratorException.class)) {
			throw new AssertionError(found.failure() + " of " + found.instanceId());
		}
	}

	/**
	 * What has failed for good, and so have its parent and theirs, for no other reason.
	 */
	private boolean isToBeRewound(OrchestrationMetadata found) {
		if (found.status() != InstanceStatus.FAILED) {
			return false;
		}
		InstanceHead head = this.hub.memory.load(List.of(found.instanceId())).get(0);
		if (head.parent() == null) {
			return true;
		}
		List<HistoryEvent> history = this.hub.memory.history(head.parent().instanceId());
		OrchestrationMetadata parent = find(head.parent().instanceId());
		return isToBeRewound(parent) && parent.executionId().equals(head.parent().executionId())
				&& history.get(history.size() - 1) instanceof ExecutionFailed failed
				&& failed.failedTasks().contains(head.parent().taskId());
	}

	/**
	 * Something to do for an instance.
	 *
	 * @param event the event to raise; {@code null} to terminate it
	 */
	private record Errand(String instanceId, String executionId, String event, String payload) {

		Errand {
			Objects.requireNonNull(payload);
		}

	}

}
