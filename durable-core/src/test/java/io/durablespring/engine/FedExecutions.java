package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Executions of one instance that get the same events, one that parks between steps from
 * the beginning, one that does so from the middle on, and one that never does.
 */
final class FedExecutions {

	/** That of some six events is in the middle of most. */
	private static final List<Long> UNPARKED_HISTORY = List.of(0L, 1500L, Long.MAX_VALUE);

	private final LongFunction<Execution> executions;

	private final List<Execution> current = new ArrayList<>();

	/**
	 * Creates none yet.
	 * @param executions makes one from all that is recorded, given up to what weight it
	 * does not park
	 */
	FedExecutions(LongFunction<Execution> executions) {
		this.executions = executions;
	}

	/** Steps all of them, and returns what each of them has given. */
	StepResult step(Function<Execution, StepResult> step) {
		if (this.current.isEmpty()) {
			UNPARKED_HISTORY.forEach((weight) -> this.current.add(this.executions.apply(weight)));
		}
		List<StepResult> results = this.current.stream().map(step).toList();
		assertThat(results).as("it makes no difference whether an execution parks").containsOnly(results.get(0));
		assertThat(this.current.stream().map(Execution::isOpen).distinct()).hasSize(1);
		assertThat(this.current.stream().map(Execution::hasBegun).distinct()).hasSize(1);
		if (!this.current.get(0).isOpen()) {
			this.current.clear();
		}
		return results.get(0);
	}

	void assertHistorySize(int size) {
		assertThat(this.current).allSatisfy((execution) -> assertThat(execution.historySize()).isEqualTo(size));
	}

	void drop() {
		this.current.forEach(Execution::close);
		this.current.clear();
	}

}
