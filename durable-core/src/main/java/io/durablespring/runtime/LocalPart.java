package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.durablespring.engine.StepResult;
import io.durablespring.history.Message;

/**
 * The local calls of steps that are not stored yet.
 *
 * @param open those that the steps have made and not taken in the outcome of
 * @param done those whose outcome they have taken in, made by them or by steps before
 */
record LocalPart(List<LocalRun> open, List<LocalRun> done) {

	/** None at all. */
	static final LocalPart NONE = new LocalPart(List.of(), List.of());

	/** Goes on with another step. */
	LocalPart then(List<LocalRun> outcomes, StepResult next) {
		if (outcomes.isEmpty() && next.localCalls().isEmpty()) {
			return this;
		}
		Set<LocalRun> closed = new HashSet<>(outcomes);
		List<LocalRun> stillOpen = new ArrayList<>(this.open.size() + next.localCalls().size());
		this.open.stream().filter((run) -> !closed.contains(run)).forEach(stillOpen::add);
		next.localCalls().forEach((call) -> stillOpen.add(new LocalRun(call)));
		return new LocalPart(stillOpen, Stream.concat(this.done.stream(), outcomes.stream()).toList());
	}

	boolean isEmpty() {
		return this.open.isEmpty() && this.done.isEmpty();
	}

	/** Whether a message is the outcome of a call that no stored history has. */
	boolean isUnfounded(Message.ToOrchestration message) {
		return this.done.stream().anyMatch((run) -> run.outcome() == message && !run.isStored());
	}

	/** The calls that go to whoever takes them. */
	List<Message.ToActivity> sent() {
		return this.open.stream().filter(LocalRun::isWithdrawn).map(LocalRun::message).toList();
	}

	/** The open calls that this node runs. */
	List<LocalRun> runs() {
		return this.open.isEmpty() ? this.open : this.open.stream().filter((run) -> !run.isWithdrawn()).toList();
	}

}
