package io.durablespring.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.CompositeTaskFailedException;
import io.durablespring.DurableClient;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * An application as a user would write it.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ TestApplication.Orders.class, TestApplication.Warehouse.class, TestApplication.Desk.class })
class TestApplication {

	record Item(String name, int count) {
	}

	record Order(String customer, List<Item> items) {
	}

	record Invoice(String customer, Map<String, Integer> parcels) {
	}

	@Component
	static class Orders {

		@Orchestrator
		Invoice order(OrchestrationContext ctx, Order order) {
			List<Item> stocked = ctx.callActivity(Warehouse::reserve, order.items()).await();
			List<Map<String, Integer>> parcels = ctx
				.allOf(stocked.stream().map((item) -> ctx.callActivity(Warehouse::pack, item)).toList())
				.await();
			ctx.callActivity(Warehouse::close).await();
			Map<String, Integer> all = new TreeMap<>();
			parcels.forEach(all::putAll);
			return new Invoice(order.customer(), all);
		}

		@Orchestrator
		int sequence(OrchestrationContext ctx, int length) {
			int sum = 0;
			for (int i = 0; i < length; i++) {
				sum += ctx.callActivity(Warehouse::identity, i).await();
			}
			return sum;
		}

		@Orchestrator
		int fanOut(OrchestrationContext ctx, int width) {
			return ctx
				.allOf(IntStream.range(0, width).mapToObj((i) -> ctx.callActivity(Warehouse::identity, i)).toList())
				.await()
				.stream()
				.mapToInt(Integer::intValue)
				.sum();
		}

		/** How many of its calls fail, of types that say nothing good of their thread. */
		@Orchestrator
		int poisoned(OrchestrationContext ctx, int width) {
			try {
				ctx.allOf(
						IntStream.range(0, width).mapToObj((i) -> ctx.callActivity(Warehouse::takePoison, i)).toList())
					.await();
				return 0;
			}
			catch (CompositeTaskFailedException ex) {
				return ex.failures().size();
			}
		}

		@Orchestrator
		void mistyped(OrchestrationContext ctx) {
			ctx.callActivity("pack", "not an item", Object.class).await();
		}

		@Orchestrator
		String oversized(OrchestrationContext ctx, int length) {
			return ctx.callActivity(Warehouse::fill, length).await();
		}

		@Orchestrator
		void asleep(OrchestrationContext ctx) {
			ctx.createTimer(Duration.ofHours(1)).await();
		}

	}

	@Component
	static class Warehouse {

		@Activity
		List<Item> reserve(List<Item> items) {
			return new ArrayList<>(items);
		}

		@Activity(queue = "packing")
		Map<String, Integer> pack(Item item) {
			return Map.of(item.name(), item.count());
		}

		@Activity
		void close() {
		}

		@Activity
		Integer identity(Integer number) {
			return number;
		}

		@Activity
		Integer takePoison(Integer number) {
			Thread.currentThread().interrupt();
			throw (number % 2 == 0) ? new ThreadDeath() : new NoClassDefFoundError("com/example/Gone");
		}

		@Activity
		String fill(Integer length) {
			return "x".repeat(length);
		}

	}

	/** The user's own data, changed in one transaction with a start. */
	@Entity(name = "customer_order")
	static class OrderRow {

		@Id
		private String id;

		protected OrderRow() {
		}

		OrderRow(String id) {
			this.id = id;
		}

	}

	@Component
	static class Desk {

		private final EntityManager entities;

		private final DurableClient client;

		Desk(EntityManager entities, DurableClient client) {
			this.entities = entities;
			this.client = client;
		}

		@Transactional
		public void accept(String id, boolean fail) {
			this.entities.persist(new OrderRow(id));
			this.client.start(Orders::sequence, 2, StartOptions.instanceId(id));
			if (fail) {
				throw new IllegalStateException("no credit");
			}
		}

	}

}
