package io.durablespring.engine;

import java.util.List;

import io.durablespring.CompositeTaskFailedException;
import io.durablespring.FailureDetails;
import io.durablespring.TaskFailedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailedTasksTests {

	@Test
	void theyAreFoundAmongCausesSuppressedOnesAndThoseOfSeveral() {
		Exception failure = new Exception(new IllegalStateException(failed(3)));
		failure.addSuppressed(new CompositeTaskFailedException(List.of(failed(1), failed(2)), 2));
		assertThat(FailedTasks.behind(failure)).containsExactly(1, 2, 3);
	}

	@Test
	void noChainOfCausesIsTooLong() {
		Throwable failure = failed(7);
		for (int i = 0; i < 100_000; i++) {
			failure = new Exception("caused", failure);
		}
		assertThat(FailedTasks.behind(failure)).containsExactly(7);
	}

	private static TaskFailedException failed(int taskId) {
		return new TaskFailedException("work", taskId, FailureDetails.of("Broken", "It is broken"));
	}

}
