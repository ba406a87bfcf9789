package io.durablespring.example.cleanup;

import java.util.List;

import io.durablespring.CancelableTask;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.TaskFailedException;

import org.springframework.stereotype.Component;

/**
 * Cleans up every night, or at once when it is told to, and never ends.
 */
@Component
class Cleanup {

	// tag::orchestrator[]
	@Orchestrator("Cleanup")
	void run(OrchestrationContext ctx, CleanupPlan plan) {
		DurableTimer due = ctx.createTimer(plan.daily().after(ctx.now()));
		CancelableTask<Void> wanted = ctx.waitForExternalEvent("run-now", Void.class);
		ctx.anyOf(List.of(due, wanted)).await();
		// An event that comes from now on is for the next execution.
		wanted.cancel();

		ctx.setCustomStatus(ctx.now() + ": " + clean(ctx, plan));
		ctx.continueAsNew(plan);
	}

	private String clean(OrchestrationContext ctx, CleanupPlan plan) {
		try {
			int removed = ctx.callActivity(FinishedInstances::remove, ctx.now().minus(plan.keep())).await();
			return "removed " + removed + " instances";
		}
		catch (TaskFailedException ex) {
			// A night that fails must not be the last one.
			return "failed with " + ex.failure().type();
		}
	}
	// end::orchestrator[]

}
