package io.durablespring.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.durablespring.CallOptions;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.faults.Ledger.Item;

import org.springframework.stereotype.Component;

/**
 * Orders that are done in one execution. What they return depends on the order alone.
 */
@Component
class Orders {

	@Orchestrator
	int sequence(OrchestrationContext ctx, Order order) {
		// Half of them book where the instance is.
		OrchestrationContext calls = ctx.withOptions(CallOptions.defaults().local(order.number() % 2 == 0));
		int number = order.number();
		for (int i = 0; i < order.size(); i++) {
			number = calls.callActivity(Ledger::book, new Item(order.step(i), number)).await();
		}
		return number;
	}

	/** Books and posts at once. */
	@Orchestrator
	int fanOut(OrchestrationContext ctx, Order order) {
		List<Task<Integer>> tasks = new ArrayList<>();
		for (int i = 0; i < 2 * order.size(); i++) {
			Item item = new Item(order.step(i), order.number() + i);
			tasks.add((i % 2 == 0) ? ctx.callActivity(Ledger::book, item) : ctx.callActivity(Mail::post, item));
		}
		return sum(ctx.allOf(tasks).await());
	}

	@Orchestrator
	int reminder(OrchestrationContext ctx, Order order) {
		int number = order.number();
		for (int i = 0; i < order.size(); i++) {
			ctx.createTimer(Duration.ofMillis(50 + (order.number() * 37 + i * 211) % 700)).await();
			number = ctx.callActivity(Mail::post, new Item(order.step(i), number)).await();
		}
		return number;
	}

	/** Waits for signals, each with a timer that must go when the signal comes. */
	@Orchestrator
	int approval(OrchestrationContext ctx, Order order) {
		int sum = 0;
		for (int i = 0; i < order.size(); i++) {
			sum += ctx.waitForExternalEvent("signal", Integer.class, Duration.ofHours(2)).await();
		}
		return ctx.callActivity(Ledger::book, new Item(order.step(0), sum)).await();
	}

	@Orchestrator
	int family(OrchestrationContext ctx, Order order) {
		return sum(ctx.allOf(IntStream.range(0, order.size()).mapToObj((i) -> {
			String id = order.id() + "-child" + i;
			return ctx.withOptions(CallOptions.defaults().instanceId(id))
				.callSubOrchestrator(Orders::sequence, new Order(id, 2, order.number() + i));
		}).toList()).await());
	}

	@Orchestrator
	int slow(OrchestrationContext ctx, Order order) {
		return sum(ctx
			.allOf(IntStream.range(0, order.size())
				.mapToObj((i) -> ctx.callActivity(Ledger::bookSlowly, new Item(order.step(i), order.number() + i)))
				.toList())
			.await());
	}

	@Orchestrator
	int stubborn(OrchestrationContext ctx, Order order) {
		int booked = ctx.callActivity(Ledger::bookStubbornly, new Item(order.step(0), order.number(), order.size() % 4))
			.await();
		return ctx.callActivity(Mail::post, new Item(order.step(1), booked, order.size() % 3)).await();
	}

	/** What is refused was booked before, and must be gone. */
	@Orchestrator
	int refund(OrchestrationContext ctx, Order order) {
		int booked = ctx.callActivity(Ledger::book, new Item(order.step(0), order.number())).await();
		try {
			return ctx.callActivity(Ledger::refuse, new Item(order.step(1), booked)).await();
		}
		catch (TaskFailedException ex) {
			return ctx.callActivity(Ledger::book, new Item(order.step(2), booked)).await();
		}
	}

	@Orchestrator
	String archive(OrchestrationContext ctx, Order order) {
		String text = ("page " + order.number() + ". ").repeat(order.size() * 500);
		return ctx.callActivity(Mail::copy, text).await();
	}

	private static int sum(List<Integer> numbers) {
		return numbers.stream().mapToInt(Integer::intValue).sum();
	}

}
