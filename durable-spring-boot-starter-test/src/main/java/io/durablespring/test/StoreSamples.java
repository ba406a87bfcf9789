package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;

/**
 * Records for the contract suites.
 */
final class StoreSamples {

	static final Instant T0 = Instant.parse("2026-03-29T01:30:00.123456Z");

	private StoreSamples() {
	}

	static HistoryEvent.ExecutionStarted started(Instant at, String name) {
		return new HistoryEvent.ExecutionStarted(at, name, "1.2", Payload.of("{\"amount\":12.5}"),
				Map.of("colour", "blue"), "parent-1");
	}

	static NewInstance pending(String id, String executionId) {
		return new NewInstance(id, executionId, started(T0, "order"), null);
	}

	static OutboxEntry startEntry(String id, String executionId) {
		return entry("start-" + executionId, T0, null, startMessage(id, executionId));
	}

	static Message startMessage(String id, String executionId) {
		return new Message.ToOrchestration(executionId + ":start", id, executionId, started(T0, "order"));
	}

	static OutboxEntry entry(String id, Instant dueAt, @Nullable Instant claimedUntil, Message... messages) {
		return new OutboxEntry(id, dueAt, claimedUntil, List.of(messages));
	}

	static Message timerFired(String instanceId, int taskId) {
		return new Message.ToOrchestration(instanceId + ":" + taskId + ":done", instanceId, "x-" + instanceId,
				new HistoryEvent.TimerFired(T0, taskId));
	}

	static Message.ToActivity call(String instanceId, String executionId, int taskId) {
		return Message.ToActivity.of(instanceId, executionId, new HistoryEvent.TaskScheduled(T0, taskId, "charge",
				"slow", Payload.of("[1,{\"b\":\"\\u0000 \\\" ü\"}]")));
	}

	/** A step that adds events from a position on; the head says the rest. */
	static StepCommit step(InstanceHead head, InstanceStatus status, int firstSequence, HistoryEvent... events) {
		return new StepCommit(head, T0.plusSeconds(firstSequence + 1), status, null, null, firstSequence,
				List.of(events), List.of(), List.of(), List.of(), List.of());
	}

	static StepCommit sending(StepCommit step, Message... messages) {
		return new StepCommit(step.head(), step.now(), step.status(), step.output(), step.failure(),
				step.firstSequence(), step.events(), List.of(messages), step.timers(), step.removedTimers(),
				step.receivedIds());
	}

	static StepCommit withTimers(StepCommit step, OutboxEntry... timers) {
		return new StepCommit(step.head(), step.now(), step.status(), step.output(), step.failure(),
				step.firstSequence(), step.events(), step.messages(), List.of(timers), step.removedTimers(),
				step.receivedIds());
	}

	static StepCommit withoutTimers(StepCommit step, String... removed) {
		return new StepCommit(step.head(), step.now(), step.status(), step.output(), step.failure(),
				step.firstSequence(), step.events(), step.messages(), step.timers(), List.of(removed),
				step.receivedIds());
	}

	static StepCommit receiving(StepCommit step, String... messageIds) {
		return new StepCommit(step.head(), step.now(), step.status(), step.output(), step.failure(),
				step.firstSequence(), step.events(), step.messages(), step.timers(), step.removedTimers(),
				List.of(messageIds));
	}

	static StepBatch batch(String outboxId, StepCommit... steps) {
		return new StepBatch(List.of(steps), outboxId, T0.plusSeconds(1), T0.plusSeconds(30), List.of());
	}

	/** Runs the same work on several threads that start together. */
	static <T> List<T> together(int threads, Callable<T> work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			CyclicBarrier start = new CyclicBarrier(threads);
			List<Future<T>> futures = IntStream.range(0, threads).mapToObj((i) -> executor.submit(() -> {
				start.await(30, TimeUnit.SECONDS);
				return work.call();
			})).toList();
			List<T> results = new ArrayList<>();
			for (Future<T> future : futures) {
				results.add(result(future));
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static <T> T result(Future<T> future) throws Exception {
		try {
			return future.get(60, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

}
