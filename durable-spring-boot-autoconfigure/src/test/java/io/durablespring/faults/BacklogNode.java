package io.durablespring.faults;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/**
 * An application that has to get through what has piled up.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(BacklogNode.Work.class)
class BacklogNode {

	/** How many calls a wide instance makes at once. */
	static final int WIDTH = 10_000;

	public static void main(String[] args) {
		SpringApplication.run(BacklogNode.class, args);
	}

	@Component
	static class Work {

		@Orchestrator
		int single(OrchestrationContext context, int number) {
			return context.callActivity(Work::triple, number).await() + 1;
		}

		@Orchestrator
		long wide(OrchestrationContext context, int number) {
			List<Task<Integer>> calls = IntStream.range(0, WIDTH)
				.mapToObj((i) -> context.callActivity(Work::tripleSlowly, i))
				.toList();
			return context.allOf(calls).await().stream().mapToLong(Integer::longValue).sum();
		}

		@Activity
		int triple(int number) {
			return number * 3;
		}

		@Activity
		int tripleSlowly(int number) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
			return number * 3;
		}

	}

}
