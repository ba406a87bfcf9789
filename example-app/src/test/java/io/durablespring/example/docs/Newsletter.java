package io.durablespring.example.docs;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.durablespring.Activity;
import io.durablespring.CallOptions;
import io.durablespring.CancelableTask;
import io.durablespring.DailyTime;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TaskTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of the context that the patterns do not show.
 */
class Newsletter {

	private static final Logger logger = LoggerFactory.getLogger(Newsletter.class);

	// tag::events[]
	@Orchestrator("Subscription")
	String subscription(OrchestrationContext ctx, String reader) {
		try {
			return ctx.waitForExternalEvent("confirmed", String.class, Duration.ofDays(3)).await();
		}
		catch (TaskTimeoutException ex) {
			return "never confirmed";
		}
	}
	// end::events[]

	// tag::timers[]
	@Orchestrator("Issue")
	void issue(OrchestrationContext ctx, List<String> readers) {
		DurableTimer morning = ctx.createTimer(DailyTime.at("09:00", "Europe/Paris").after(ctx.now()));
		CancelableTask<Void> now = ctx.waitForExternalEvent("send-now", Void.class);
		ctx.anyOf(List.of(morning, now)).await();
		morning.cancel();
		now.cancel();
		send(ctx, readers);
	}
	// end::timers[]

	// tag::children[]
	private void send(OrchestrationContext ctx, List<String> readers) {
		ctx.setCustomStatus("Sending to " + readers.size() + " readers");
		List<Task<Boolean>> letters = readers.stream()
			.map((reader) -> ctx.withOptions(CallOptions.defaults().tag("reader", reader))
				.callSubOrchestrator(Newsletter::letter, reader))
			.toList();
		long sent = ctx.allOf(letters).await().stream().filter((arrived) -> arrived).count();
		ctx.setCustomStatus(null);
		ctx.startOrchestrator("Statistics", sent, StartOptions.defaults());
	}
	// end::children[]

	// tag::replay-safe[]
	@Orchestrator("Letter")
	boolean letter(OrchestrationContext ctx, String reader) {
		UUID trackingId = ctx.newUuid();
		ctx.replaySafe(logger).info("Letter {} at {}", trackingId, ctx.now());
		return ctx.callActivity(Newsletter::post, reader + " " + trackingId).await();
	}
	// end::replay-safe[]

	@Orchestrator("Statistics")
	long statistics(OrchestrationContext ctx, long sent) {
		return sent;
	}

	@Activity("Post")
	boolean post(String letter) {
		return !letter.isBlank();
	}

}
