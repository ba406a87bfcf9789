package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.Message;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoredPayload;
import org.jspecify.annotations.Nullable;

/**
 * One instance's part of a batch: its messages, its execution and the step they make.
 *
 * @param head the instance as it is stored
 * @param execution its execution, not shared with anybody
 * @param messages what has arrived for it, in order
 * @param firstSequence the position in history of the first new event
 * @param rewound the history that replaces the stored one, if the step rewinds it
 * @param result what the step changes
 * @param local its local calls and their outcomes
 */
record InstanceWork(InstanceHead head, Execution execution, List<Message.ToOrchestration> messages, int firstSequence,
		@Nullable List<HistoryEvent> rewound, StepResult result, LocalPart local) {

	InstanceWork(InstanceHead head, Execution execution, List<Message.ToOrchestration> messages, int firstSequence,
			@Nullable List<HistoryEvent> rewound, StepResult result) {
		this(head, execution, messages, firstSequence, rewound, result, LocalPart.NONE.then(List.of(), result));
	}

	/** The work of an execution that has taken a step. */
	static InstanceWork stepped(Parked parked, List<Message.ToOrchestration> messages, int firstSequence,
			List<LocalRun> outcomes, StepResult result) {
		return new InstanceWork(parked.head(), parked.execution(), messages, firstSequence, null, result,
				LocalPart.NONE.then(outcomes, result));
	}

	static InstanceWork step(Parked parked, List<Message.ToOrchestration> messages, List<LocalRun> outcomes,
			Instant now, StepThreads threads) {
		int firstSequence = parked.execution().historySize();
		return stepped(parked, messages, firstSequence, outcomes, step(parked.execution(), messages, now, threads));
	}

	private static StepResult step(Execution execution, List<Message.ToOrchestration> messages, Instant now,
			StepThreads threads) {
		List<HistoryEvent> events = messages.stream().map(Message.ToOrchestration::event).toList();
		return threads.step(execution, () -> execution.step(now, events));
	}

	/** Another step that is stored together with this one. */
	InstanceWork then(List<Message.ToOrchestration> arrived, List<LocalRun> outcomes, Instant now,
			StepThreads threads) {
		StepResult next = step(this.execution, arrived, now, threads);
		return new InstanceWork(this.head, this.execution,
				Stream.concat(this.messages.stream(), arrived.stream()).toList(), this.firstSequence, this.rewound,
				this.result.then(next), this.local.then(outcomes, next));
	}

	/**
	 * What is to be stepped again if this is not stored. The outcome of a call that is
	 * not stored either is left out: that call may be another one next time.
	 */
	List<Message.ToOrchestration> again() {
		return this.messages.stream().filter((message) -> !this.local.isUnfounded(message)).toList();
	}

	/** A step that terminates an instance without running its code. */
	static InstanceWork terminate(InstanceHead head, Execution execution, Message.ToOrchestration termination,
			Instant now) {
		int firstSequence = execution.historySize();
		StepResult result = execution.terminate(now, (ExecutionTerminated) termination.event());
		return new InstanceWork(head, execution, List.of(termination), firstSequence, null, result);
	}

	/** A step that fails an instance without running its code. */
	static InstanceWork fail(InstanceHead head, Execution execution, List<Message.ToOrchestration> messages,
			FailureDetails failure, Instant now) {
		int firstSequence = execution.historySize();
		StepResult result = execution.fail(now, messages.stream().map(Message.ToOrchestration::event).toList(),
				failure);
		return new InstanceWork(head, execution, messages, firstSequence, null, result);
	}

	boolean isUnchanged() {
		return this.rewound == null && this.result.isUnchanged();
	}

	/** Whether it was terminated, and its sub-orchestrations with it. */
	boolean endsItsChildren() {
		return this.result.status() == InstanceStatus.TERMINATED && termination().isPresent();
	}

	private Optional<ExecutionTerminated> termination() {
		return this.messages.stream()
			.map(Message.ToOrchestration::event)
			.filter((event) -> event instanceof ExecutionTerminated terminated && terminated.recursive())
			.map(ExecutionTerminated.class::cast)
			.findFirst();
	}

	/**
	 * What to store and to send.
	 * @param orphans unfinished children, if they are to end, too: those that the
	 * execution waits for, and those that executions before it have left alone
	 * @param lookedAfter whether an entry wakes the instance if this node dies
	 */
	StepCommit commit(Instant now, OutboxRelay relay, List<InstanceHead> orphans, boolean lookedAfter) {
		List<OutboxEntry> timers = new ArrayList<>();
		for (StepResult.Timer timer : this.result.timers()) {
			timers.add(timerEntry(timer, now, relay));
		}
		List<StepCommit.Start> starts = this.result.starts().stream().map(this::start).toList();
		StepCommit.HistoryChange history = historyChange();
		StepCommit.State state = state();
		List<Message> messages = messages(history, state, now);
		messages.addAll(terminations(orphans, messages));
		messages.addAll(this.local.sent());
		List<Message> fallback = fallback(now, lookedAfter);
		return new StepCommit(this.head, now, state, history,
				new StepCommit.Outgoing(messages, timers, removedEntries(), starts,
						payloads(history, Stream.concat(messages.stream(), fallback.stream()).toList()), fallback),
				receivedIds());
	}

	/** Whether the execution goes on after this step. */
	boolean goesOn() {
		return this.execution.isOpen() && this.result.continuation() == null;
	}

	/**
	 * What gets the local calls done if this node dies. Of an execution that goes on,
	 * whoever has it then knows them.
	 */
	private List<Message> fallback(Instant now, boolean lookedAfter) {
		List<LocalRun> runs = this.local.runs();
		if (runs.isEmpty() || (goesOn() && lookedAfter)) {
			return List.of();
		}
		return goesOn() ? List.of(Message.ToOrchestration.wakeUp(this.head.id(), executionId(), now))
				: runs.stream().<Message>map(LocalRun::message).toList();
	}

	/** An instance that ends before its start has come must not be started later. */
	private List<String> removedEntries() {
		Stream<String> timers = this.result.removedTimers().stream().map(this::timerId);
		return endsBeforeItsStart() ? Stream.concat(timers, Stream.of(OutboxEntry.startId(executionId()))).toList()
				: timers.toList();
	}

	private boolean endsBeforeItsStart() {
		return this.result.status().isFinished() && !this.execution.isStarted();
	}

	private StepCommit.State state() {
		InstanceStatus status = this.result.status();
		if (status == InstanceStatus.PENDING && !isFirst()) {
			// Between two executions: to clients, the instance goes on.
			status = InstanceStatus.RUNNING;
		}
		StepResult.CustomStatus customStatus = this.result.customStatus();
		return new StepCommit.State(status, this.execution.hasBegun(), this.result.output(), this.result.failure(),
				(customStatus != null) ? new StepCommit.CustomStatus(customStatus.value()) : null,
				(this.result.newParent() != null) ? this.result.newParent() : this.head.parent());
	}

	private boolean isFirst() {
		return ExecutionIds.root(executionId()).equals(executionId());
	}

	private String executionId() {
		return this.execution.key().executionId();
	}

	private StepCommit.HistoryChange historyChange() {
		StepResult.Continuation continuation = this.result.continuation();
		if (continuation != null) {
			return new StepCommit.HistoryChange(continuation.executionId(), 0, this.result.events(),
					continuation.started(), payloadChange(continuation.references()));
		}
		int firstSequence = (this.rewound != null) ? 0 : this.firstSequence;
		List<HistoryEvent> events = (this.rewound != null)
				? Stream.concat(this.rewound.stream(), this.result.events().stream()).toList() : this.result.events();
		return new StepCommit.HistoryChange(executionId(), firstSequence, events, null, payloadChange(null));
	}

	private StepCommit.PayloadChange payloadChange(StepResult.@Nullable References references) {
		List<String> arrived = new ArrayList<>();
		List<String> released = new ArrayList<>();
		for (Message.ToOrchestration message : this.messages) {
			if (message.event() instanceof EventRaised raised && !isUnmet(message)) {
				if (LargePayloads.isLarge(raised.input())) {
					arrived.add(PayloadHolder.event(this.head.id(), message.id()).name());
				}
				if (raised.start() != null && LargePayloads.isLarge(raised.start().input())) {
					released.add(PayloadHolder.startInEvent(this.head.id(), message.id()).name());
				}
			}
		}
		if (endsBeforeItsStart()) {
			// What signalWithStart has sent goes with the start.
			released.add(PayloadHolder.event(this.head.id(), executionId()).name());
		}
		if (references == null) {
			return (arrived.isEmpty() && released.isEmpty()) ? StepCommit.PayloadChange.NONE
					: new StepCommit.PayloadChange(arrived, released, null, List.of(), List.of());
		}
		return new StepCommit.PayloadChange(arrived, released, executionId(),
				references.left().stream().map(this::left).toList(), references.unused());
	}

	private StepCommit.LeftPayload left(HistoryEvent.TaskScheduled call) {
		return new StepCommit.LeftPayload(PayloadHolder.call(this.head.id(), executionId(), call.taskId()).name(),
				Objects.requireNonNull(Objects.requireNonNull(call.input()).referenceId()));
	}

	private List<Message> messages(StepCommit.HistoryChange history, StepCommit.State state, Instant now) {
		List<Message> messages = new ArrayList<>(this.result.messages().size() + 1);
		this.result.messages().forEach((message) -> messages.add(withUniqueEvent(message)));
		if (history.restarted() != null && !state.status().isFinished()) {
			messages.add(new Message.ToOrchestration(history.executionId() + ":start", this.head.id(),
					history.executionId(), history.restarted()));
		}
		ParentInstance parent = state.parent();
		if (parent != null && state.status().isFinished()) {
			messages.add(ParentNotice.of(parent, state.status(), state.output(), state.failure(), now));
		}
		return messages;
	}

	private List<Message> terminations(List<InstanceHead> orphans, List<Message> sent) {
		Set<String> told = sent.stream().map(Message::instanceId).collect(Collectors.toSet());
		String root = ExecutionIds.root(executionId());
		List<Message> terminations = new ArrayList<>();
		for (InstanceHead orphan : orphans) {
			ParentInstance parent = orphan.parent();
			// Another instance may have had this id before.
			boolean own = parent != null && ExecutionIds.root(parent.executionId()).equals(root);
			if (own && !told.contains(orphan.id())) {
				terminations.add(new Message.ToOrchestration(executionId() + ":terminate:" + orphan.id(), orphan.id(),
						orphan.executionId(), termination().orElseThrow()));
			}
		}
		return terminations;
	}

	private static Message withUniqueEvent(Message message) {
		if (message instanceof Message.ToOrchestration to && to.event() instanceof EventRaised raised) {
			return new Message.ToOrchestration(to.id(), to.instanceId(), to.executionId(),
					new EventRaised(raised.timestamp(), raised.name(), LargePayloads.unique(raised.input())));
		}
		return message;
	}

	private List<StoredPayload> payloads(StepCommit.HistoryChange history, List<Message> messages) {
		Set<StoredPayload> payloads = new LinkedHashSet<>();
		Stream.concat(history.events().stream(), Stream.ofNullable(history.restarted()))
			.forEach((event) -> payloads.addAll(LargePayloads.toStore(this.head.id(), executionId(), event)));
		for (Message message : messages) {
			// Others keep what they are sent for themselves.
			if (message instanceof Message.ToOrchestration to) {
				payloads.addAll(LargePayloads.toStore(to));
			}
			else if (message instanceof Message.ToActivity call) {
				payloads.addAll(LargePayloads.toStore(holder(call), call.input()));
			}
		}
		return List.copyOf(payloads);
	}

	/** Who continues as new leaves no history that would keep the input of a call. */
	private PayloadHolder holder(Message.ToActivity call) {
		return (this.result.continuation() != null)
				? PayloadHolder.call(this.head.id(), call.executionId(), call.taskId())
				: PayloadHolder.history(this.head.id());
	}

	private OutboxEntry timerEntry(StepResult.Timer timer, Instant now, OutboxRelay relay) {
		Message fired = Message.ToOrchestration.completion(this.head.id(), executionId(),
				new HistoryEvent.TimerFired(timer.fireAt(), timer.taskId()));
		return new OutboxEntry(timerId(timer.taskId()), timer.fireAt(), relay.claimFor(timer.fireAt(), now),
				List.of(fired));
	}

	private String timerId(int taskId) {
		return OutboxEntry.timerId(executionId(), taskId);
	}

	private StepCommit.Start start(StepResult.Start start) {
		String newExecutionId = UUID.randomUUID().toString();
		NewInstance instance = new NewInstance(start.instanceId(), newExecutionId, start.started(), start.startAt(),
				LargePayloads.toStore(PayloadHolder.history(start.instanceId()), start.started().input()));
		Completion ifTaken = start.ifTaken();
		return new StepCommit.Start(instance,
				new Message.ToOrchestration(newExecutionId + ":start", start.instanceId(), newExecutionId,
						start.started()),
				(ifTaken != null) ? Message.ToOrchestration.completion(this.head.id(), executionId(), ifTaken) : null);
	}

	// Completions are told apart by their task; only commands need a memory of their own.
	private List<String> receivedIds() {
		return this.messages.stream()
			.filter((message) -> message.event() instanceof HistoryEvent.Command && !isUnmet(message))
			.map(Message.ToOrchestration::id)
			.distinct()
			.toList();
	}

	/**
	 * The messages that this takes into history, but that are to be delivered once more.
	 */
	List<String> unmetIds() {
		return this.result.unmet().isEmpty() ? List.of()
				: this.messages.stream().filter(this::isUnmet).map(Message.ToOrchestration::id).toList();
	}

	/** Whether a message has to be delivered once more, to an instance that it starts. */
	boolean isUnmet(Message.ToOrchestration message) {
		// The very object: the code has taken in others like it.
		return this.result.unmet().stream().anyMatch((event) -> event == message.event());
	}

	/** What to store instead when this step cannot be stored. */
	StepCommit poisoned(Instant now, FailureDetails failure) {
		// A rewound history is left alone: it is the stored one that has failed.
		int sequence = (this.rewound == null) ? this.firstSequence : 0;
		return failed(this.head, sequence, now, failure, openEntries(), this.execution.hasBegun());
	}

	/** Entries that may be there of timers, and of a start that is due later. */
	private List<String> openEntries() {
		if (this.rewound != null) {
			return List.of();
		}
		Set<String> open = new LinkedHashSet<>(removedEntries());
		this.execution.openTimers().forEach((taskId) -> open.add(timerId(taskId)));
		if (!this.execution.isStarted()) {
			open.add(OutboxEntry.startId(executionId()));
		}
		return List.copyOf(open);
	}

	/** A step that fails an instance, and takes in nothing. */
	static StepCommit failed(InstanceHead head, List<HistoryEvent> history, Instant now, FailureDetails failure) {
		return failed(head, history.size(), now, failure, OutboxEntry.openIds(head.executionId(), history), false);
	}

	private static StepCommit failed(InstanceHead head, int firstSequence, Instant now, FailureDetails failure,
			List<String> removedEntries, boolean begun) {
		ParentInstance parent = head.parent();
		List<Message> notice = (parent != null)
				? List.of(ParentNotice.of(parent, InstanceStatus.FAILED, null, failure, now)) : List.of();
		return new StepCommit(head, now,
				new StepCommit.State(InstanceStatus.FAILED, begun, null, failure, null, parent),
				StepCommit.HistoryChange.of(head.executionId(), firstSequence,
						List.of(new HistoryEvent.ExecutionFailed(now, failure, List.of()))),
				new StepCommit.Outgoing(notice, List.of(), removedEntries, List.of(), List.of()), List.of());
	}

}
