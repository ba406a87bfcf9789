package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.FailureDetails;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore.Reuse;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoredPayload;
import org.jspecify.annotations.Nullable;

/**
 * Records for the contract suites.
 */
final class StoreSamples {

	static final Instant T0 = Instant.parse("2026-03-29T01:30:00.123456Z");

	static final ParentInstance PARENT = new ParentInstance("parent-1", "px~2", 7);

	private StoreSamples() {
	}

	static HistoryEvent.ExecutionStarted started(Instant at, String name) {
		return new HistoryEvent.ExecutionStarted(at, name, "1.2", Payload.of("{\"amount\":12.5}"),
				Map.of("colour", "blue"), PARENT);
	}

	/** A start with a large input. */
	static HistoryEvent.ExecutionStarted started(Payload input) {
		return new HistoryEvent.ExecutionStarted(T0, "order", "1.2", input, Map.of(), null);
	}

	static NewInstance pending(String id, String executionId) {
		return pending(id, executionId, started(T0, "order"));
	}

	static NewInstance pending(String id, String executionId, HistoryEvent.ExecutionStarted started) {
		return new NewInstance(id, executionId, started, null, List.of());
	}

	/** An instance that somebody waits for. */
	static NewInstance child(String id, String parentId) {
		return pending(id, "x-" + id, new HistoryEvent.ExecutionStarted(T0, "order", null, null, Map.of(),
				new ParentInstance(parentId, "x-" + parentId, 4)));
	}

	/** Nobody is told when an instance is replaced. */
	static Reuse reuse(IdReusePolicy policy) {
		return new Reuse(policy, (replaced, children) -> List.of());
	}

	static OutboxEntry startEntry(NewInstance instance) {
		return entry("start-" + instance.executionId(), T0, null, startMessage(instance));
	}

	static Message startMessage(String id, String executionId) {
		return startMessage(pending(id, executionId));
	}

	static Message startMessage(NewInstance instance) {
		return new Message.ToOrchestration(instance.executionId() + ":start", instance.id(), instance.executionId(),
				instance.started());
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
				"slow", Payload.of("[1,{\"b\":\"\\u0000 \\\" ü\"}]"), null), Map.of("colour", "blue"));
	}

	/** The large value that a payload stands for, kept for an instance's history. */
	static StoredPayload kept(String instanceId, Payload payload) {
		return kept(PayloadHolder.history(instanceId), payload);
	}

	static StoredPayload kept(PayloadHolder holder, Payload payload) {
		return new StoredPayload(holder, Objects.requireNonNull(payload.referenceId()),
				Objects.requireNonNull(payload.content()));
	}

	/** A step that adds events from a position on; the head says the rest. */
	static StepCommit step(InstanceHead head, InstanceStatus status, int firstSequence, HistoryEvent... events) {
		return new StepCommit(head, T0.plusSeconds(firstSequence + 1),
				new StepCommit.State(status, status != InstanceStatus.PENDING, null, null, null, head.parent()),
				StepCommit.HistoryChange.of(head.executionId(), firstSequence, List.of(events)),
				StepCommit.Outgoing.nothing(), List.of());
	}

	static StepCommit at(Instant now, StepCommit step) {
		return new StepCommit(step.head(), now, step.state(), step.history(), step.outgoing(), step.receivedIds());
	}

	static StepCommit withOutcome(StepCommit step, @Nullable Payload output, @Nullable FailureDetails failure) {
		return with(step, new StepCommit.State(step.status(), step.state().begun(), output, failure,
				step.state().customStatus(), step.state().parent()));
	}

	/** The same step, which has not let the code run. */
	static StepCommit withoutBeginning(StepCommit step) {
		StepCommit.State state = step.state();
		return with(step, new StepCommit.State(state.status(), false, state.output(), state.failure(),
				state.customStatus(), state.parent()));
	}

	static StepCommit withCustomStatus(StepCommit step, @Nullable Payload value) {
		return with(step, new StepCommit.State(step.status(), step.state().begun(), step.state().output(),
				step.failure(), new StepCommit.CustomStatus(value), step.state().parent()));
	}

	static StepCommit withParent(StepCommit step, @Nullable ParentInstance parent) {
		return with(step, new StepCommit.State(step.status(), step.state().begun(), step.state().output(),
				step.failure(), step.state().customStatus(), parent));
	}

	private static StepCommit with(StepCommit step, StepCommit.State state) {
		return new StepCommit(step.head(), step.now(), state, step.history(), step.outgoing(), step.receivedIds());
	}

	/** The same step, which lets the instance go on with another execution. */
	static StepCommit as(String executionId, HistoryEvent.@Nullable ExecutionStarted restarted, StepCommit step) {
		return with(step, new StepCommit.HistoryChange(executionId, step.history().firstSequence(), step.events(),
				restarted, step.history().payloads()));
	}

	static StepCommit dropping(StepCommit step, String... payloadIds) {
		return changing(step, new StepCommit.PayloadChange(List.of(), List.of(), null, List.of(), List.of(payloadIds)));
	}

	static StepCommit changing(StepCommit step, StepCommit.PayloadChange payloads) {
		StepCommit.HistoryChange change = step.history();
		return with(step, new StepCommit.HistoryChange(change.executionId(), change.firstSequence(), change.events(),
				change.restarted(), payloads));
	}

	private static StepCommit with(StepCommit step, StepCommit.HistoryChange change) {
		return new StepCommit(step.head(), step.now(), step.state(), change, step.outgoing(), step.receivedIds());
	}

	static StepCommit sending(StepCommit step, Message... messages) {
		StepCommit.Outgoing out = step.outgoing();
		return with(step, new StepCommit.Outgoing(List.of(messages), out.timers(), out.removedTimers(), out.starts(),
				out.payloads()));
	}

	static StepCommit withTimers(StepCommit step, OutboxEntry... timers) {
		StepCommit.Outgoing out = step.outgoing();
		return with(step, new StepCommit.Outgoing(out.messages(), List.of(timers), out.removedTimers(), out.starts(),
				out.payloads()));
	}

	static StepCommit withoutTimers(StepCommit step, String... removed) {
		StepCommit.Outgoing out = step.outgoing();
		return with(step,
				new StepCommit.Outgoing(out.messages(), out.timers(), List.of(removed), out.starts(), out.payloads()));
	}

	static StepCommit starting(StepCommit step, StepCommit.Start... starts) {
		StepCommit.Outgoing out = step.outgoing();
		return with(step, new StepCommit.Outgoing(out.messages(), out.timers(), out.removedTimers(), List.of(starts),
				out.payloads()));
	}

	static StepCommit keeping(StepCommit step, StoredPayload... payloads) {
		StepCommit.Outgoing out = step.outgoing();
		return with(step, new StepCommit.Outgoing(out.messages(), out.timers(), out.removedTimers(), out.starts(),
				List.of(payloads)));
	}

	static StepCommit fallingBackOn(StepCommit step, Message... messages) {
		StepCommit.Outgoing out = step.outgoing();
		return with(step, new StepCommit.Outgoing(out.messages(), out.timers(), out.removedTimers(), out.starts(),
				out.payloads(), List.of(messages)));
	}

	private static StepCommit with(StepCommit step, StepCommit.Outgoing outgoing) {
		return new StepCommit(step.head(), step.now(), step.state(), step.history(), outgoing, step.receivedIds());
	}

	static StepCommit receiving(StepCommit step, String... messageIds) {
		return new StepCommit(step.head(), step.now(), step.state(), step.history(), step.outgoing(),
				List.of(messageIds));
	}

	/** The start of an instance by a step. */
	static StepCommit.Start start(NewInstance instance, @Nullable Message ifTaken) {
		return new StepCommit.Start(instance, startMessage(instance), ifTaken);
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
