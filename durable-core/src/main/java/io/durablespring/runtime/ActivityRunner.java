package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.durablespring.ActivityTimeoutException;
import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.Message.ToActivity;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.TransactionSettings;
import org.jspecify.annotations.Nullable;

/**
 * Runs the code of activities: alone, or in one transaction with the record that it has
 * run and with its outcome. Thread-safe.
 */
final class ActivityRunner {

	private final Invocations invocations;

	private final OrchestrationStore store;

	private final OutboxRelay relay;

	private final RuntimeListener listeners;

	private final RuntimeSettings settings;

	private final Clock clock;

	private final ScheduledExecutorService scheduler;

	ActivityRunner(Invocations invocations, OutboxRelay relay, RuntimeListener listeners, RuntimePorts ports,
			RuntimeSettings settings, ScheduledExecutorService scheduler) {
		this.scheduler = scheduler;
		this.invocations = invocations;
		this.relay = relay;
		this.listeners = listeners;
		this.settings = settings;
		this.store = ports.store();
		this.clock = ports.clock();
	}

	/**
	 * A call that is about to run.
	 * @param giveUp takes its outcome if its time is over before its code. Not called for
	 * transactional activities, of which nobody knows before the end of the transaction
	 */
	ActivityRun prepare(ToActivity call, Consumer<ToOrchestration> giveUp) {
		boolean transactional = this.invocations.transactionOf(call) != null;
		return new ActivityRun(call, this.invocations.timeoutsOf(call), () -> this.store.settled(List.of(call)),
				transactional ? (late) -> {
				} : (late) -> giveUp.accept(outcome(call, failed(call, late))));
	}

	/**
	 * Runs a call.
	 * @return the outcome, to be sent; {@code null} if that is safe already, or the call
	 * was given up
	 * @throws InputUnavailableException if it cannot begin now
	 * @throws StoreUnavailableException if it is to run again later: nobody knows what
	 * has become of its transaction
	 */
	@Nullable ToOrchestration run(ActivityRun run) {
		return run(run, this.relay::accept);
	}

	/**
	 * Runs a call.
	 * @param kept takes the entry that keeps the outcome, if it is safe by that
	 * @see #run(ActivityRun)
	 */
	@Nullable ToOrchestration run(ActivityRun run, Consumer<OutboxEntry> kept) {
		ToActivity call = run.call();
		TransactionSettings transaction = this.invocations.transactionOf(call);
		return (transaction != null)
				? runOnce(run, transaction.within(this.invocations.timeoutsOf(call).startToClose()), kept)
				: outcome(call, invoke(run));
	}

	/** Whether somebody else has said what the outcome is. */
	boolean isGivenUp(ActivityRun run) {
		return run.timeout() != null && this.invocations.transactionOf(run.call()) == null;
	}

	/** Whether a call's outcome is kept in the transaction of its activity. */
	boolean isTransactional(ToActivity call) {
		return this.invocations.transactionOf(call) != null;
	}

	private @Nullable ToOrchestration runOnce(ActivityRun activity, TransactionSettings transaction,
			Consumer<OutboxEntry> kept) {
		ToActivity call = activity.call();
		InTransaction run = new InTransaction(call, kept);
		OrchestrationStore.Once once;
		try {
			once = this.store.runOnce(call.id(), now(), transaction, () -> run.keep(activity));
		}
		catch (StoreUnavailableException | InputUnavailableException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// What the activity has stored, the database does not take; or it is too
			// late.
			return keepFailure(run, failed(call, ex));
		}
		return (once == OrchestrationStore.Once.ROLLED_BACK) ? keepFailure(run, rolledBack(call, run.completion()))
				: kept(run, once);
	}

	/**
	 * Remembers that a call has failed, as one that has succeeded: otherwise another
	 * delivery of it might still succeed, and its effects would come on top of those of
	 * the next attempt.
	 */
	private @Nullable ToOrchestration keepFailure(InTransaction run, TaskFailed failure) {
		ToActivity call = run.call;
		try {
			return kept(run,
					this.store.runOnce(call.id(), now(), TransactionSettings.DEFAULTS, () -> run.keep(failure)));
		}
		catch (StoreUnavailableException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// The failure itself is something that the database does not take.
			return outcome(call, failure);
		}
	}

	private @Nullable ToOrchestration kept(InTransaction run, OrchestrationStore.Once once) {
		if (once == OrchestrationStore.Once.KNOWN) {
			this.listeners.messageDropped(run.call, "settled-call");
		}
		else {
			run.kept.accept(run.entry());
		}
		return null;
	}

	private Completion invoke(ActivityRun run) {
		ToActivity call = run.call();
		long begin = System.nanoTime();
		Completion outcome;
		run.begin(this.scheduler);
		try {
			Payload result = this.invocations.runActivity(run);
			outcome = new TaskCompleted(now(), call.taskId(), result);
		}
		catch (InputUnavailableException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// Also errors: the orchestrator must learn that there will be no result.
			outcome = failed(call, ex);
		}
		finally {
			run.end();
		}
		this.listeners.activityCompleted(call, outcome instanceof TaskFailed, System.nanoTime() - begin);
		return outcome;
	}

	private TaskFailed failed(ToActivity call, Throwable failure) {
		return new TaskFailed(now(), call.taskId(), FailureDetails.of(failure, this.settings.failureStackTraces()));
	}

	private TaskFailed rolledBack(ToActivity call, Completion completion) {
		return (completion instanceof TaskFailed failed) ? failed
				: new TaskFailed(now(), call.taskId(), new FailureDetails("TransactionRolledBack",
						"The activity '%s' returned, but its transaction was marked for rollback: nothing of it lasts"
							.formatted(call.name()),
						null, false, null, Map.of()));
	}

	/** Makes an outcome and its large values safe; it is sent from there. */
	void keep(ToOrchestration outcome, List<StoredPayload> large) {
		Instant now = now();
		OutboxEntry entry = new OutboxEntry(UUID.randomUUID().toString(), now, this.relay.claimFor(now, now),
				List.of(outcome));
		this.store.enqueue(entry, large, () -> this.relay.accept(entry));
	}

	private static ToOrchestration outcome(ToActivity call, Completion completion) {
		return ToOrchestration.completion(call.instanceId(), call.executionId(), completion);
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

	/**
	 * A run whose outcome is kept in the store.
	 */
	private final class InTransaction {

		private final ToActivity call;

		private final Consumer<OutboxEntry> kept;

		private @Nullable Completion completion;

		private @Nullable OutboxEntry entry;

		InTransaction(ToActivity call, Consumer<OutboxEntry> kept) {
			this.call = call;
			this.kept = kept;
		}

		OrchestrationStore.Kept keep(ActivityRun run) {
			Completion done = invoke(run);
			ActivityTimeoutException late = run.timeout();
			if (late != null) {
				throw late;
			}
			return keep(done);
		}

		OrchestrationStore.Kept keep(Completion done) {
			ToOrchestration message = outcome(this.call, done);
			Instant now = now();
			OutboxEntry made = new OutboxEntry(message.id(), now, ActivityRunner.this.relay.claimFor(now, now),
					List.of(message));
			this.completion = done;
			this.entry = made;
			return new OrchestrationStore.Kept(made, LargePayloads.toStore(message));
		}

		Completion completion() {
			if (this.completion == null) {
				throw new IllegalStateException("The store has rolled back what has not run: " + this.call);
			}
			return this.completion;
		}

		OutboxEntry entry() {
			if (this.entry == null) {
				throw new IllegalStateException("The store has committed what has not run: " + this.call);
			}
			return this.entry;
		}

	}

}
