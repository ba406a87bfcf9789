package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.Message;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OrchestrationStore.Unstored;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits steps, one transaction for all of a batch, and sends what they have to say.
 * What cannot be stored is isolated: it does not take its neighbours down. Thread-safe.
 * <p>
 * Nothing leaves the process before the commit, and nothing in memory outlives a step
 * that was not committed: its execution is closed and made anew from what is stored.
 */
final class StepCommitter {

	private static final Logger logger = LoggerFactory.getLogger(StepCommitter.class);

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	private final DeadLetters deadLetters;

	private final OutboxRelay relay;

	private final ExecutionCache cache;

	private final RuntimeListener listeners;

	private final Clock clock;

	private final RuntimeSettings settings;

	StepCommitter(OutboxRelay relay, ExecutionCache cache, DeadLetters deadLetters, RuntimeListener listeners,
			RuntimePorts ports, RuntimeSettings settings) {
		this.relay = relay;
		this.cache = cache;
		this.deadLetters = deadLetters;
		this.listeners = listeners;
		this.store = ports.store();
		this.queries = ports.queries();
		this.clock = ports.clock();
		this.settings = settings;
	}

	/** Stores that instances have failed which this node must not run. */
	void fail(List<StepCommit> steps, Set<String> lost) {
		if (!steps.isEmpty()) {
			Instant now = now();
			Set<String> leftOut = this.store
				.commit(new StepBatch(steps, UUID.randomUUID().toString(), now, now, List.of()))
				.leftOut();
			lost.addAll(leftOut);
			this.listeners
				.stepsCommitted(steps.stream().filter((step) -> !leftOut.contains(step.head().id())).toList());
		}
	}

	/**
	 * Commits works that change something, and parks their executions.
	 * @param local runs their local calls, once these are stored
	 * @param lost takes the ids of the instances to step once more
	 */
	void commit(List<InstanceWork> works, LocalRounds local, Set<String> lost) {
		Map<Boolean, List<InstanceWork>> parts;
		Map<String, List<InstanceHead>> orphans;
		try {
			orphans = orphans(works);
			parts = withoutOvertaken(works, local, lost).stream()
				.collect(Collectors.partitioningBy(InstanceWork::isUnchanged));
			lost.addAll(parkUnchanged(parts.getOrDefault(true, List.of()), local));
		}
		catch (RuntimeException | Error ex) {
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
		commitChanged(parts.getOrDefault(false, List.of()), orphans, local, lost);
	}

	/**
	 * Leaves out instances that have taken in a message on another node between this
	 * node's look at the inbox and at the instance. A commit finds that for messages that
	 * it enters in the inbox. Those that are to be delivered once more it does not enter,
	 * so they are looked up here; one that comes in later changes the version.
	 */
	private List<InstanceWork> withoutOvertaken(List<InstanceWork> works, LocalRounds local, Set<String> lost) {
		List<String> unmet = works.stream().flatMap((work) -> work.unmetIds().stream()).toList();
		if (unmet.isEmpty()) {
			return works;
		}
		Set<String> received = this.store.received(unmet);
		List<InstanceWork> rest = new ArrayList<>(works.size());
		for (InstanceWork work : works) {
			if (work.unmetIds().stream().noneMatch(received::contains)) {
				rest.add(work);
			}
			else {
				work.execution().close();
				local.lost(work);
				lost.add(work.head().id());
			}
		}
		return rest;
	}

	/**
	 * Parks executions to which their messages mean nothing. That is worth something only
	 * of the execution as it is stored: an instance may have gone on elsewhere and come
	 * back. No commit checks the version here, so this does.
	 */
	private Set<String> parkUnchanged(List<InstanceWork> works, LocalRounds local) {
		Set<String> outdated = new HashSet<>();
		if (works.isEmpty()) {
			return outdated;
		}
		Set<InstanceHead> stored = new HashSet<>(
				this.store.load(works.stream().map((work) -> work.head().id()).toList()));
		for (InstanceWork work : works) {
			if (stored.contains(work.head())) {
				park(work.head(), work, local);
			}
			else {
				work.execution().close();
				outdated.add(work.head().id());
			}
		}
		return outdated;
	}

	private void commitChanged(List<InstanceWork> works, Map<String, List<InstanceHead>> orphans, LocalRounds local,
			Set<String> lost) {
		if (works.isEmpty()) {
			return;
		}
		Instant now = now();
		List<StepCommit> steps = works.stream()
			.map((work) -> work.commit(now, this.relay, orphans.getOrDefault(work.head().id(), List.of()),
					local.looksAfter(work)))
			.toList();
		List<String> sent = this.relay.takeSent();
		boolean fallback = steps.stream().anyMatch((step) -> !step.outgoing().fallback().isEmpty());
		StepBatch batch = new StepBatch(steps, UUID.randomUUID().toString(), now, this.relay.claimFor(now, now), sent,
				fallback ? this.relay.keepUntil(now) : null);
		Unstored unstored;
		try {
			unstored = this.store.commit(batch);
		}
		catch (StoreUnavailableException | Error ex) {
			this.relay.giveBackSent(sent);
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
		catch (RuntimeException ex) {
			this.relay.giveBackSent(sent);
			isolate(works, orphans, local, lost, ex);
			return;
		}
		lost.addAll(unstored.leftOut());
		committed(works, batch, unstored, local, lost);
	}

	/** The children that have to be terminated because their parents are. */
	private Map<String, List<InstanceHead>> orphans(List<InstanceWork> works) {
		List<String> terminated = works.stream()
			.filter(InstanceWork::endsItsChildren)
			.map((work) -> work.head().id())
			.toList();
		return terminated.isEmpty() ? Map.of()
				: this.queries.children(terminated)
					.stream()
					.filter((child) -> child.parent() != null && !child.status().isFinished())
					.collect(Collectors.groupingBy((child) -> child.parent().instanceId()));
	}

	/** Halves a batch that cannot be stored until what is wrong with it is alone. */
	private void isolate(List<InstanceWork> works, Map<String, List<InstanceHead>> orphans, LocalRounds local,
			Set<String> lost, RuntimeException failure) {
		if (works.size() == 1) {
			poison(works.get(0), local, lost, failure);
			return;
		}
		int half = works.size() / 2;
		List<InstanceWork> second = works.subList(half, works.size());
		try {
			commitChanged(works.subList(0, half), orphans, local, lost);
		}
		catch (RuntimeException ex) {
			second.forEach((work) -> work.execution().close());
			throw ex;
		}
		commitChanged(second, orphans, local, lost);
	}

	private void poison(InstanceWork work, LocalRounds local, Set<String> lost, RuntimeException failure) {
		work.execution().close();
		logger.error("A step of instance '{}' cannot be stored; the instance fails", work.head().id(), failure);
		FailureDetails details = FailureDetails.of(failure, this.settings.failureStackTraces());
		Instant now = now();
		StepBatch batch = new StepBatch(List.of(work.poisoned(now, details)), UUID.randomUUID().toString(), now, now,
				List.of());
		try {
			Set<String> conflicts = this.store.commit(batch).leftOut();
			if (conflicts.isEmpty()) {
				local.poisoned(work);
				this.listeners.stepsCommitted(batch.steps());
			}
			else {
				local.lost(work);
			}
			// Somebody else was faster: the messages may mean something to what is there
			// now.
			lost.addAll(conflicts);
		}
		catch (StoreUnavailableException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.error("The failure of instance '{}' cannot be stored either; its messages are put aside",
					work.head().id(), ex);
			this.deadLetters.add(work.again(), "A step cannot be stored: " + failure);
			local.poisoned(work);
		}
	}

	private void committed(List<InstanceWork> works, StepBatch batch, Unstored unstored, LocalRounds local,
			Set<String> lost) {
		LocalEntry entry = localEntry(batch, unstored, local);
		List<LocalRun> runs = new ArrayList<>();
		List<Message> messages = new ArrayList<>();
		List<StepCommit> stored = new ArrayList<>(works.size());
		for (int i = 0; i < works.size(); i++) {
			InstanceWork work = works.get(i);
			StepCommit step = batch.steps().get(i);
			if (unstored.leftOut().contains(work.head().id())) {
				work.execution().close();
				local.lost(work);
				continue;
			}
			if (!work.result().unmet().isEmpty()) {
				lost.add(work.head().id());
			}
			stored.add(step);
			logFailure(work, step);
			messages.addAll(step.messages());
			step.outgoing().starts().forEach((start) -> messages.addAll(sentFor(start, step.now(), unstored.taken())));
			step.outgoing().timers().forEach(this.relay::accept);
			this.relay.forget(step.outgoing().removedTimers());
			park(step.nextHead(), work, local);
			local.stored(work, entry, runs);
		}
		local.start(runs);
		if (!messages.isEmpty()) {
			this.relay.accept(new OutboxEntry(batch.outboxId(), batch.now(), batch.claimedUntil(), messages));
		}
		this.listeners.stepsCommitted(stored);
	}

	/** What others are to send if this node dies is this node's until then. */
	private @Nullable LocalEntry localEntry(StepBatch batch, Unstored unstored, LocalRounds local) {
		boolean stored = batch.steps()
			.stream()
			.anyMatch(
					(step) -> !step.outgoing().fallback().isEmpty() && !unstored.leftOut().contains(step.head().id()));
		if (!stored || batch.fallbackUntil() == null) {
			return null;
		}
		String id = OutboxEntry.fallbackId(batch.outboxId());
		this.relay.keep(id, batch.fallbackUntil());
		LocalEntry entry = new LocalEntry(id, this.relay);
		local.stored(entry);
		return entry;
	}

	private static List<Message> sentFor(StepCommit.Start start, Instant now, Set<String> taken) {
		if (taken.contains(start.instance().executionId())) {
			return (start.ifTaken() != null) ? List.of(start.ifTaken()) : List.of();
		}
		// One that is due later has an entry of its own, which a poll finds.
		return start.isLater(now) ? List.of() : List.of(start.message());
	}

	// The type only: a message may hold what nobody is to read in a log.
	private static void logFailure(InstanceWork work, StepCommit step) {
		FailureDetails failure = step.failure();
		if (failure != null && step.status() != InstanceStatus.TERMINATED && step.status() != work.head().status()) {
			logger.warn("Instance '{}' of orchestrator '{}' is {} now: {}", work.head().id(), work.head().name(),
					step.status(), failure.type());
		}
	}

	private void park(InstanceHead head, InstanceWork work, LocalRounds local) {
		if (work.execution().isOpen()) {
			Parked parked = new Parked(head, work.execution());
			if (!local.park(parked, work)) {
				this.cache.put(parked);
			}
		}
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
