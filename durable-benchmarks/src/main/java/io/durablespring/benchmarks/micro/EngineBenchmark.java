package io.durablespring.benchmarks.micro;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import io.durablespring.history.HistoryEvent;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the engine alone costs: a step of a parked execution, and a replay. Allocation is
 * shown by JMH's profiler "gc".
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class EngineBenchmark {

	private final Sequence endless = new Sequence(Integer.MAX_VALUE);

	private Execution parked = this.endless.execution(List.of());

	private int task;

	private int steps;

	/**
	 * Parks an execution.
	 */
	@Setup
	public void prepare() {
		begin();
	}

	private void begin() {
		this.parked.close();
		this.parked = this.endless.execution(List.of());
		this.task = Sequence.taskOf(Sequence.step(this.parked, Sequence.started()));
		this.steps = 0;
	}

	/**
	 * One step of a parked execution: an activity has completed, the next one is called.
	 * @return its result
	 */
	@Benchmark
	public StepResult step() {
		// Its history would fill the heap.
		if (++this.steps == 10_000) {
			begin();
		}
		StepResult result = Sequence.step(this.parked, this.endless.completed(this.task, this.steps));
		this.task = Sequence.taskOf(result);
		return result;
	}

	/**
	 * The last step of an execution that is rebuilt from its history.
	 * @param recorded the history
	 * @return its result
	 */
	@Benchmark
	public StepResult replay(Recorded recorded) {
		try (Execution execution = recorded.sequence.execution(recorded.history)) {
			return Sequence.step(execution, recorded.sequence.completed(recorded.length, recorded.length + 1));
		}
	}

	/**
	 * Ends the threads.
	 */
	@TearDown
	public void close() {
		this.parked.close();
		this.endless.close();
	}

	/**
	 * A history to replay.
	 */
	@State(Scope.Thread)
	public static class Recorded {

		/**
		 * How many activities it has.
		 */
		@Param({ "10", "1000" })
		public int length;

		private Sequence sequence = new Sequence(1);

		private List<HistoryEvent> history = List.of();

		/**
		 * Makes the history.
		 */
		@Setup
		public void prepare() {
			this.sequence = new Sequence(this.length + 1);
			this.history = this.sequence.history(this.length);
		}

		/**
		 * Ends the threads.
		 */
		@TearDown
		public void close() {
			this.sequence.close();
		}

	}

}
