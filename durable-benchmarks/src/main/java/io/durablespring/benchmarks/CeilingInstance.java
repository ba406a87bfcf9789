package io.durablespring.benchmarks;

import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An instance that runs: where an engine has a user's code, here is what it comes to.
 */
final class CeilingInstance {

	private final String id;

	private final Program program;

	private final int size;

	private final int steps;

	private final BitSet done = new BitSet();

	private boolean started;

	private int rows;

	private long sum;

	private String text = "";

	private @Nullable String output;

	CeilingInstance(CeilingMessage start) {
		this.id = start.id();
		this.program = start.program();
		this.size = start.size();
		this.steps = this.program.steps(this.size);
	}

	@Nullable String output() {
		return this.output;
	}

	int rows() {
		return this.rows;
	}

	/** Takes a message in, unless it came before. */
	boolean take(CeilingMessage message, List<CeilingMessage> calls, List<CeilingEvent> history) {
		boolean start = message.type() == CeilingMessage.START;
		if (start ? this.started : this.done.get(message.task())) {
			return false;
		}
		if (start) {
			this.started = true;
			record(history, "ExecutionStarted", this.program.name());
			for (int task = 0; task < (this.program == Program.FANOUT ? this.steps : 1); task++) {
				call(task, calls, history);
			}
			return true;
		}
		this.done.set(message.task());
		record(history, "TaskCompleted", message.value());
		add(message.value());
		if (this.done.cardinality() == this.steps) {
			this.output = (this.program == Program.FANOUT || this.program == Program.SEQUENCE)
					? String.valueOf(this.sum) : this.text;
			record(history, "ExecutionCompleted", this.output);
		}
		else if (this.program != Program.FANOUT) {
			call(message.task() + 1, calls, history);
		}
		return true;
	}

	private void add(String value) {
		switch (this.program) {
			case HELLO3, HELLO5, JOB -> this.text = this.text.isEmpty() ? value : this.text + " " + value;
			case SEQUENCE -> this.sum = Long.parseLong(value);
			case FANOUT -> this.sum += Long.parseLong(value);
			case TIMER, EVENTS, ECHO -> throw new IllegalStateException();
		}
	}

	private void call(int task, List<CeilingMessage> calls, List<CeilingEvent> history) {
		String input = switch (this.program) {
			case HELLO3, HELLO5, JOB -> Program.CITIES[task];
			case SEQUENCE -> String.valueOf(this.sum);
			case FANOUT -> String.valueOf(task);
			case TIMER, EVENTS, ECHO -> throw new IllegalStateException();
		};
		record(history, "TaskScheduled", input);
		calls.add(new CeilingMessage(CeilingMessage.CALL, this.id, this.program, this.size, task, input));
	}

	// About as long as an engine's JSON.
	private void record(List<CeilingEvent> history, String type, String value) {
		history.add(new CeilingEvent(this.id, this.rows++, type,
				"{\"type\":\"%s\",\"name\":\"%s\",\"value\":\"%s\",\"trace\":\"00-0af7651916cd43dd8448eb211c80319c-00\"}"
					.formatted(type, this.program, value)));
	}

}
