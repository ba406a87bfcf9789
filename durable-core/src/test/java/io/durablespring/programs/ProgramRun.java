package io.durablespring.programs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.durablespring.FailureDetails;
import io.durablespring.OrchestrationContext;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A program as it runs. Tells what must be the same in every run, and is returned, from
 * what must only be the same in every replay, and goes into the inputs of activities.
 */
final class ProgramRun {

	private final OrchestrationContext context;

	private final Place place;

	private final List<String> done = new ArrayList<>();

	private final List<String> received = new ArrayList<>();

	private final Set<UUID> uuids = new HashSet<>();

	private int seen;

	ProgramRun(OrchestrationContext context, Place place) {
		this.context = context;
		this.place = place;
		if (place.round() > 0) {
			this.done.add(place.done());
			this.received
				.addAll(Arrays.stream(place.received().split(",")).filter((event) -> !event.isEmpty()).toList());
		}
	}

	String run(Program program) {
		perform(program.steps(), "");
		if (this.place.round() + 1 < program.rounds()) {
			return this.context
				.continueAsNew(this.place.next(String.join(",", this.done), String.join(",", this.received)).input());
		}
		perform(program.last(), "L");
		// In which order they came is anybody's guess.
		this.received.sort(null);
		String outcome = "{" + String.join(",", this.done) + ";" + String.join(",", this.received) + "}";
		String replyTo = this.place.replyTo();
		if (replyTo != null) {
			this.context.sendEvent(replyTo, reply(this.place), outcome);
		}
		return outcome;
	}

	private void perform(List<Step> steps, String prefix) {
		for (int i = 0; i < steps.size(); i++) {
			see(this.context.now());
			this.done.add(steps.get(i).perform(this, prefix + i));
		}
	}

	List<Task<String>> begin(List<? extends Step.Part> parts, String at) {
		List<Task<String>> tasks = new ArrayList<>();
		for (int i = 0; i < parts.size(); i++) {
			tasks.add(parts.get(i).begin(this, at + "." + i));
		}
		return tasks;
	}

	OrchestrationContext context() {
		return this.context;
	}

	Place place() {
		return this.place;
	}

	String label(String at) {
		return this.place.label(at);
	}

	/** The name of the event that tells how a detached program has ended. */
	static String reply(Place place) {
		return "reply-" + place.label();
	}

	void see(@Nullable Object what) {
		this.seen = this.seen * 31 + String.valueOf(what).hashCode();
	}

	String seen() {
		return "%08x".formatted(this.seen);
	}

	String receive(String event) {
		see(event);
		this.received.add(event);
		return "received";
	}

	boolean isNew(UUID uuid) {
		see(uuid);
		return this.uuids.add(uuid);
	}

	static String caught(RuntimeException failure, boolean allowed) {
		if (!allowed) {
			throw failure;
		}
		if (failure instanceof TaskFailedException task) {
			FailureDetails details = task.failure();
			while (details.cause() != null) {
				details = details.cause();
			}
			return details.type() + ":" + details.message();
		}
		return failure.toString();
	}

}
