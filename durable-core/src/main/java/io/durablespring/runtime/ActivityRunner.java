package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

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

	ActivityRunner(Invocations invocations, OutboxRelay relay, RuntimeListener listeners, RuntimePorts ports,
			RuntimeSettings settings) {
		this.invocations = invocations;
		this.relay = relay;
		this.listeners = listeners;
		this.settings = settings;
		this.store = ports.store();
		this.clock = ports.clock();
	}

	/**
	 * Runs a call.
	 * @return the outcome, to be sent; {@code null} if that is safe already
	 * @throws InputUnavailableException if it cannot begin now
	 * @throws StoreUnavailableException if it is to run again later: nobody knows what
	 * has become of its transaction
	 */
	@Nullable ToOrchestration run(ToActivity call) {
		TransactionSettings transaction = this.invocations.transactionOf(call);
		return (transaction != null) ? runOnce(call, transaction) : outcome(call, invoke(call));
	}

	private @Nullable ToOrchestration runOnce(ToActivity call, TransactionSettings transaction) {
		InTransaction run = new InTransaction(call);
		OrchestrationStore.Once once;
		try {
			once = this.store.runOnce(call.id(), now(), transaction, run::keep);
		}
		catch (StoreUnavailableException | InputUnavailableException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// What the activity has stored, the database does not take.
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
			this.relay.accept(run.entry());
		}
		return null;
	}

	private Completion invoke(ToActivity call) {
		long begin = System.nanoTime();
		Completion outcome;
		try {
			Payload result = this.invocations.runActivity(call);
			outcome = new TaskCompleted(now(), call.taskId(), result);
		}
		catch (InputUnavailableException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// Also errors: the orchestrator must learn that there will be no result.
			outcome = failed(call, ex);
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

		private @Nullable Completion completion;

		private @Nullable OutboxEntry entry;

		InTransaction(ToActivity call) {
			this.call = call;
		}

		OrchestrationStore.Kept keep() {
			return keep(invoke(this.call));
		}

		OrchestrationStore.Kept keep(Completion done) {
			ToOrchestration message = outcome(this.call, done);
			Instant now = now();
			OutboxEntry kept = new OutboxEntry(message.id(), now, ActivityRunner.this.relay.claimFor(now, now),
					List.of(message));
			this.completion = done;
			this.entry = kept;
			return new OrchestrationStore.Kept(kept, LargePayloads.toStore(message));
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
