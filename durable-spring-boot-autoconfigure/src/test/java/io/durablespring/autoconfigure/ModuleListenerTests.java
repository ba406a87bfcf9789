package io.durablespring.autoconfigure;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.durablespring.DurableClient;
import io.durablespring.InstanceEndedEvent;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Spring Modulith's listeners hear of the ends of instances, and its registry remembers
 * those that a listener has failed to take.
 */
class ModuleListenerTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(), "durable.transport=in-process",
				"spring.modulith.events.jdbc.schema-initialization.enabled=true")
		.withBean(Endings.class);

	@Test
	void aListenerTakesItsPlaceInTheTransactionsOfItsModule() {
		this.runner.withBean(Ledger.class).run((context) -> {
			database(context).sql("CREATE TABLE booking (instance VARCHAR(100))").update();
			String id = context.getBean(DurableClient.class).start(Endings::returns);
			await().until(() -> incomplete(context) == 0 && statuses(context).equals(List.of("COMPLETED")));
			assertThat(booked(context)).containsExactly(id);
		});
	}

	@Test
	void aListenerRunsOnAThreadAndInATransactionOfItsOwn() {
		this.runner.withBean(Testimony.class).withBean(Witness.class).run((context) -> {
			Testimony testimony = context.getBean(Testimony.class);
			database(context).sql("CREATE TABLE booking (instance VARCHAR(100))").update();
			context.getBean(DurableClient.class).start(Endings::returns);
			await().until(() -> statuses(context).equals(List.of("COMPLETED")));
			assertThat(testimony.transactions).singleElement().asString().endsWith("Witness.hear");
			assertThat(testimony.threads).singleElement().asString().startsWith("task-");
		});
	}

	@Test
	void whatAListenerHasFailedToTakeIsRememberedAndCanBeTakenLater() {
		this.runner.withBean(Testimony.class).withBean(Witness.class).run((context) -> {
			DurableClient client = context.getBean(DurableClient.class);
			Testimony testimony = context.getBean(Testimony.class);
			database(context).sql("CREATE TABLE booking (instance VARCHAR(100))").update();
			testimony.broken = true;
			String completed = client.start(Endings::returns);
			String failed = client.start(Endings::fails);
			String terminated = client.start(Endings::waits);
			client.terminate(terminated, "enough");
			await().until(() -> statuses(context).equals(List.of("FAILED", "FAILED", "FAILED")));
			assertThat(incomplete(context)).isEqualTo(3);
			assertThat(booked(context)).as("rolled back").isEmpty();
			List<InstanceEndedEvent> heard = List.copyOf(testimony.heard);
			testimony.heard.clear();
			testimony.broken = false;
			context.getBean(IncompleteEventPublications.class).resubmitIncompletePublications((publication) -> true);
			await().until(() -> incomplete(context) == 0);
			assertThat(booked(context)).containsExactlyInAnyOrder(completed, failed, terminated);
			assertThat(testimony.heard).as("read from the registry").containsExactlyInAnyOrderElementsOf(heard);
		});
	}

	private static List<String> booked(ApplicationContext context) {
		return database(context).sql("SELECT instance FROM booking").query(String.class).list();
	}

	private static int incomplete(ApplicationContext context) {
		return database(context).sql("SELECT count(*) FROM event_publication WHERE completion_date IS NULL")
			.query(Integer.class)
			.single();
	}

	private static List<String> statuses(ApplicationContext context) {
		return database(context).sql("SELECT status FROM event_publication").query(String.class).list();
	}

	private static JdbcClient database(ApplicationContext context) {
		return context.getBean(JdbcClient.class);
	}

	@EnableAutoConfiguration
	static class Application {

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

	static class Ledger {

		private final JdbcClient database;

		Ledger(JdbcClient database) {
			this.database = database;
		}

		// tag::listener[]
		@ApplicationModuleListener
		public void book(InstanceEndedEvent.Completed ended) {
			this.database.sql("INSERT INTO booking (instance) VALUES (?)").param(ended.instanceId()).update();
		}
		// end::listener[]

	}

	/** What a witness has to say, for the witness itself is behind a proxy. */
	static class Testimony {

		private final List<InstanceEndedEvent> heard = new CopyOnWriteArrayList<>();

		private final List<String> transactions = new CopyOnWriteArrayList<>();

		private final List<String> threads = new CopyOnWriteArrayList<>();

		private volatile boolean broken;

	}

	static class Witness {

		private final JdbcClient database;

		private final Testimony testimony;

		Witness(JdbcClient database, Testimony testimony) {
			this.database = database;
			this.testimony = testimony;
		}

		@ApplicationModuleListener
		public void hear(InstanceEndedEvent event) {
			this.testimony.heard.add(event);
			this.testimony.transactions.add(TransactionSynchronizationManager.getCurrentTransactionName());
			this.testimony.threads.add(Thread.currentThread().getName());
			this.database.sql("INSERT INTO booking (instance) VALUES (?)").param(event.instanceId()).update();
			if (this.testimony.broken) {
				throw new IllegalStateException("cannot hear this");
			}
		}

	}

}
