package io.durablespring.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.durablespring.DurableClient;
import io.durablespring.InstanceEndedEvent;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The ends of instances as application events.
 */
class InstanceEventTests {

	private final ApplicationContextRunner runner = H2Application.runner().withBean(Endings.class);

	@Test
	void listenersLearnHowAnInstanceHasEnded() {
		this.runner.withBean(Listeners.class).run((context) -> {
			DurableClient client = context.getBean(DurableClient.class);
			Listeners listeners = context.getBean(Listeners.class);
			String completed = client.start(Endings::returns);
			String failed = client.start(Endings::fails);
			String terminated = client.start(Endings::waits);
			client.terminate(terminated, "enough");
			await().until(() -> listeners.events.size() == 3);
			assertThat(listeners.events).anySatisfy((event) -> {
				assertThat(event).isInstanceOf(InstanceEndedEvent.Completed.class);
				assertThat(event.instanceId()).isEqualTo(completed);
				assertThat(event.name()).isEqualTo("returns");
			})
				.anySatisfy(
						(event) -> assertThat(event).isInstanceOfSatisfying(InstanceEndedEvent.Failed.class, (end) -> {
							assertThat(end.instanceId()).isEqualTo(failed);
							assertThat(end.failure().message()).isEqualTo("broken");
						}))
				.anySatisfy((event) -> assertThat(event).isInstanceOfSatisfying(InstanceEndedEvent.Terminated.class,
						(end) -> assertThat(end.reason()).isEqualTo("enough")));
		});
	}

	@Test
	void whatTheyLearnIsStoredAndTheyMayWaitForACommit() {
		this.runner.withBean(Listeners.class).run((context) -> {
			DurableClient client = context.getBean(DurableClient.class);
			Listeners listeners = context.getBean(Listeners.class);
			listeners.client = client;
			String id = client.start(Endings::returns);
			await().until(() -> listeners.afterCommit.size() == 1);
			assertThat(listeners.afterCommit).containsExactly(id + " COMPLETED");
			assertThat(listeners.transactions).containsExactly(true);
		});
	}

	@Test
	void oneThatFailsDoesNotKeepInstancesFromEnding() {
		this.runner.withBean(Broken.class).withBean(Listeners.class).run((context) -> {
			DurableClient client = context.getBean(DurableClient.class);
			String first = client.start(Endings::returns);
			String second = client.start(Endings::returns);
			await().until(() -> context.getBean(Broken.class).heard.size() == 2);
			assertThat(client.get(first).orElseThrow().status().isFinished()).isTrue();
			assertThat(client.get(second).orElseThrow().status().isFinished()).isTrue();
		});
	}

	static class Endings {

		@Orchestrator
		String returns(OrchestrationContext context) {
			return "done";
		}

		@Orchestrator
		void fails(OrchestrationContext context) {
			throw new IllegalStateException("broken");
		}

		@Orchestrator
		void waits(OrchestrationContext context) {
			context.waitForExternalEvent("never", Void.class).await();
		}

	}

	static class Listeners {

		private final List<InstanceEndedEvent> events = new CopyOnWriteArrayList<>();

		private final List<String> afterCommit = new CopyOnWriteArrayList<>();

		private final List<Boolean> transactions = new CopyOnWriteArrayList<>();

		private volatile DurableClient client;

		@EventListener
		void on(InstanceEndedEvent event) {
			this.transactions.add(TransactionSynchronizationManager.isActualTransactionActive());
			this.events.add(event);
		}

		@TransactionalEventListener
		void afterCommit(InstanceEndedEvent.Completed event) {
			if (this.client != null) {
				this.afterCommit
					.add(event.instanceId() + " " + this.client.get(event.instanceId()).orElseThrow().status());
			}
		}

	}

	static class Broken {

		private final List<InstanceEndedEvent> heard = new CopyOnWriteArrayList<>();

		@Order(0)
		@EventListener
		void on(InstanceEndedEvent.Completed event) {
			this.heard.add(event);
			throw new IllegalStateException("cannot hear this");
		}

	}

}
