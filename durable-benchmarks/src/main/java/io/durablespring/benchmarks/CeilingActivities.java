package io.durablespring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs steps on the thread that polls.
 */
final class CeilingActivities implements CeilingLoop.Work {

	private final LongAdder steps;

	CeilingActivities(LongAdder steps) {
		this.steps = steps;
	}

	@Override
	public List<CeilingMessage> on(List<CeilingMessage> messages) {
		List<CeilingMessage> results = new ArrayList<>(messages.size());
		for (CeilingMessage call : messages) {
			results.add(call.result(switch (call.program()) {
				case HELLO3, HELLO5, JOB -> Program.greet(call.value());
				case SEQUENCE -> String.valueOf(Integer.parseInt(call.value()) + 1);
				case FANOUT -> call.value();
				case TIMER, EVENTS, ECHO -> throw new IllegalArgumentException(call.toString());
			}));
		}
		this.steps.add(messages.size());
		return results;
	}

}
