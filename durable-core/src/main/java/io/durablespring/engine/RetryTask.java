package io.durablespring.engine;

import java.time.Duration;
import java.time.Instant;

import io.durablespring.ActionLimitExceededException;
import io.durablespring.FailureDetails;
import io.durablespring.OrchestrationContext;
import io.durablespring.RetryContext;
import io.durablespring.RetryHandler;
import io.durablespring.RetryPolicy;
import io.durablespring.TaskFailedException;
import io.durablespring.history.ExecutionIds;
import org.jspecify.annotations.Nullable;

/**
 * A call that is tried again: a loop over attempts and timers, whose every round is
 * recorded like any other action of the code.
 *
 * @param <V> the result's type
 */
final class RetryTask<V extends @Nullable Object> extends ReplayTask<V> {

	private final OrchestrationContext context;

	private final int firstTaskId;

	private final Instant firstAttemptAt;

	private final @Nullable RetryPolicy policy;

	private final @Nullable RetryHandler handler;

	private final Attempts<V> attempts;

	/**
	 * Creates the task.
	 * @param first the first attempt, which has begun
	 * @param policy the policy as it stands in history
	 */
	RetryTask(Replay replay, OrchestrationContext context, CallOperation<V> first, @Nullable RetryPolicy policy,
			@Nullable RetryHandler handler, Attempts<V> attempts) {
		super(replay);
		this.context = context;
		this.firstTaskId = first.taskId();
		this.firstAttemptAt = replay.now();
		this.policy = policy;
		this.handler = handler;
		this.attempts = attempts;
		follow(first, 1);
	}

	private void follow(CallOperation<V> attempt, int number) {
		attempt.whenDone(() -> done(attempt, number));
	}

	private void done(CallOperation<V> attempt, int number) {
		RuntimeException failure = attempt.failure();
		if (failure == null) {
			succeed(attempt.value(), attempt.doneOrder());
			return;
		}
		Duration pause;
		try {
			pause = (failure instanceof TaskFailedException task) ? pauseAfter(task, number) : null;
		}
		catch (RuntimeException ex) {
			// The handler's own.
			fail(ex);
			return;
		}
		if (pause == null) {
			fail(failure, attempt.doneOrder());
		}
		else if (pause.isZero()) {
			tryAgain(number + 1);
		}
		else {
			unlessTooMuch(
					() -> replay().begin(new TimerOperation(replay(), replay().now().plus(pause), this.firstTaskId))
						.whenDone(() -> tryAgainInTime(number + 1, failure)));
		}
	}

	/** The pause may have been longer: by a suspension, or because no node was there. */
	private void tryAgainInTime(int number, RuntimeException failure) {
		if (isTooLate(Duration.ZERO)) {
			fail(failure);
		}
		else {
			tryAgain(number);
		}
	}

	private void tryAgain(int number) {
		unlessTooMuch(() -> follow(this.attempts.begin(number), number));
	}

	/** The limit must fail this call, not whatever the code is waiting for just now. */
	private void unlessTooMuch(Runnable action) {
		try {
			action.run();
		}
		catch (ActionLimitExceededException ex) {
			fail(ex);
		}
	}

	/** How long to wait before the next attempt, {@code null} if there is none. */
	private @Nullable Duration pauseAfter(TaskFailedException failed, int number) {
		FailureDetails failure = failed.failure();
		Duration pause = Duration.ZERO;
		if (failure.nonRetryable()) {
			return null;
		}
		RetryPolicy rules = this.policy;
		if (rules != null) {
			if (number >= rules.maxAttempts() || rules.nonRetryable().stream().anyMatch(failure::isCausedBy)) {
				return null;
			}
			pause = shortened(rules.interval(number - 1), rules.jitter(), failed.taskId());
			if (isTooLate(pause)) {
				return null;
			}
		}
		RetryHandler decides = this.handler;
		if (decides == null) {
			return (rules != null) ? pause : null;
		}
		RetryContext sofar = new RetryContext(this.context, number, failure, sinceFirst());
		return replay().callback(() -> decides.shouldRetry(sofar)) ? pause : null;
	}

	private boolean isTooLate(Duration pause) {
		Duration timeout = (this.policy != null) ? this.policy.retryTimeout() : null;
		// A sum of durations, for a timeout may be longer than time has instants.
		return timeout != null && sinceFirst().plus(pause).compareTo(timeout) > 0;
	}

	private Duration sinceFirst() {
		return Duration.between(this.firstAttemptAt, replay().now());
	}

	/** Looks random, but is the same on every replay. */
	private Duration shortened(Duration pause, double jitter, int taskId) {
		if (jitter == 0 || pause.isZero()) {
			return pause;
		}
		long mixed = (ExecutionIds.generation(replay().key().executionId()).hashCode() * 31L + taskId)
				* 0x9e3779b97f4a7c15L;
		mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
		double fraction = ((mixed ^ (mixed >>> 32)) >>> 11) * 0x1.0p-53;
		return pause.minusNanos((long) (Math.min(pause.toMillis() * 1e6, Long.MAX_VALUE / 2) * jitter * fraction));
	}

	/** Begins further attempts. */
	@FunctionalInterface
	interface Attempts<V extends @Nullable Object> {

		CallOperation<V> begin(int number);

	}

}
