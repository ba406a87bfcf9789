package io.durablespring.example.monitor;

import java.time.Instant;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;

import org.springframework.stereotype.Component;

/**
 * Watches an address until it answers.
 */
@Component
class SiteMonitor {

	// tag::orchestrator[]
	@Orchestrator("WatchSite")
	Finding watch(OrchestrationContext ctx, Watch before) {
		boolean up = ctx.callActivity(SiteProbe::isUp, before.url()).await();
		Watch watch = before.lookedAgain();
		Instant next = ctx.now().plus(watch.interval());
		if (up || next.isAfter(watch.until())) {
			return new Finding(up, watch.looks());
		}
		ctx.setCustomStatus("No answer, looking again at " + next);
		ctx.createTimer(next).await();
		return ctx.continueAsNew(watch);
	}
	// end::orchestrator[]

}
