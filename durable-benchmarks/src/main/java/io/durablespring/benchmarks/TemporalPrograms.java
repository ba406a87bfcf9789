package io.durablespring.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * The programs as Temporal has them.
 */
@WorkflowInterface
public interface TemporalPrograms {

	/**
	 * Runs a program.
	 * @param program its name
	 * @param size how much of it
	 * @return the output
	 */
	@WorkflowMethod
	String run(String program, int size);

	/**
	 * The steps.
	 */
	@ActivityInterface
	interface Steps {

		/**
		 * Greets.
		 * @param city whom
		 * @return the greeting
		 */
		String greet(String city);

		/**
		 * Adds one.
		 * @param number to what
		 * @return the sum
		 */
		int increment(int number);

		/**
		 * Does nothing.
		 * @param number any number
		 * @return the same number
		 */
		int identity(int number);

	}

	/**
	 * What the programs do.
	 */
	final class Programs implements TemporalPrograms {

		private final Steps steps = Workflow.newActivityStub(Steps.class,
				ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(10)).build());

		@Override
		public String run(String program, int size) {
			return switch (Program.valueOf(program)) {
				case HELLO3, HELLO5, JOB -> hello(Program.valueOf(program).steps(size));
				case SEQUENCE -> sequence(size);
				case FANOUT -> fanOut(size);
				default -> throw new IllegalArgumentException(program);
			};
		}

		private String hello(int cities) {
			return Arrays.stream(Program.CITIES, 0, cities).map(this.steps::greet).collect(Collectors.joining(" "));
		}

		private String sequence(int length) {
			int sum = 0;
			for (int i = 0; i < length; i++) {
				sum = this.steps.increment(sum);
			}
			return String.valueOf(sum);
		}

		private String fanOut(int width) {
			List<Promise<Integer>> all = IntStream.range(0, width)
				.mapToObj((i) -> Async.function(this.steps::identity, i))
				.toList();
			return String.valueOf(all.stream().mapToLong(Promise::get).sum());
		}

	}

	/**
	 * What the steps do.
	 *
	 * @param count counts them
	 */
	record Counted(LongAdder count) implements Steps {

		@Override
		public String greet(String city) {
			this.count.increment();
			return Program.greet(city);
		}

		@Override
		public int increment(int number) {
			this.count.increment();
			return number + 1;
		}

		@Override
		public int identity(int number) {
			this.count.increment();
			return number;
		}

	}

}
