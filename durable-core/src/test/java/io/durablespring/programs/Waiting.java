package io.durablespring.programs;

import java.time.Duration;
import java.util.List;

import io.durablespring.CancelableTask;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.PayloadException;
import io.durablespring.TaskCanceledException;
import io.durablespring.TaskTimeoutException;

/**
 * Ways to wait for an event that comes sooner or later. None loses it or takes two.
 */
public enum Waiting {

	/** Just waits. */
	PLAIN {

		@Override
		String await(ProgramRun run, String event) {
			return begin(run, event).await();
		}

	},

	/** Waits with a timeout that never matters. */
	LONG {

		@Override
		String await(ProgramRun run, String event) {
			return run.context().waitForExternalEvent(event, String.class, Duration.ofDays(300)).await();
		}

	},

	/** Waits with a timeout that may matter, and then again. */
	RACE {

		@Override
		String await(ProgramRun run, String event) {
			return within(run, event, Duration.ofMillis(30));
		}

	},

	/** Takes what is there, or else waits. */
	POLL {

		@Override
		String await(ProgramRun run, String event) {
			return within(run, event, Duration.ZERO);
		}

	},

	/** Gives up waiting, and then waits again. */
	CANCELED {

		@Override
		String await(ProgramRun run, String event) {
			CancelableTask<String> given = begin(run, event);
			given.cancel();
			try {
				return given.await();
			}
			catch (TaskCanceledException ex) {
				run.see("cancelled");
				return begin(run, event).await();
			}
		}

	},

	/** Waits beside a timer, as one does for an escalation. */
	TIMER {

		@Override
		String await(ProgramRun run, String event) {
			OrchestrationContext context = run.context();
			CancelableTask<String> wait = begin(run, event);
			DurableTimer timer = context.createTimer(Duration.ofMillis(30));
			boolean late = context.anyOf(List.of(timer, wait)).await() == timer;
			run.see(late);
			timer.cancel();
			return wait.await();
		}

	};

	abstract String await(ProgramRun run, String event);

	private static CancelableTask<String> begin(ProgramRun run, String event) {
		return run.context().waitForExternalEvent(event, String.class);
	}

	private static String within(ProgramRun run, String event, Duration timeout) {
		try {
			return run.context().waitForExternalEvent(event, String.class, timeout).await();
		}
		catch (TaskTimeoutException ex) {
			run.see("timed out");
			return begin(run, event).await();
		}
	}

	static String mistyped(ProgramRun run, String event) {
		try {
			return Step.WRONG + " a number: " + run.context().waitForExternalEvent(event, Integer.class).await();
		}
		catch (PayloadException ex) {
			return "no number";
		}
	}

}
