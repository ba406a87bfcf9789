package io.durablespring.jpa;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.Message;
import io.durablespring.jpa.customer.Customer;
import io.durablespring.json.JacksonPayloadCodec;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.runtime.RuntimePorts;
import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.TransactionSettings;
import io.durablespring.spi.Transport;
import io.durablespring.test.StoreUnderTest;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Activities that write to the application's own tables, whatever is delivered how often.
 */
class TransactionalActivityTests {

	abstract static class OnDatabase {

		private final ExecutorService threads = Executors.newCachedThreadPool();

		private final String id = UUID.randomUUID().toString();

		private final List<Node> nodes = new ArrayList<>();

		private AnnotationConfigApplicationContext context;

		private StoreUnderTest store;

		private EntityManager entityManager;

		private Shop shop;

		abstract TestDatabase database();

		@BeforeEach
		void start() {
			PlatformTransactionManager transactions = database().jpaTransactions();
			this.store = database().store(transactions, UUID.randomUUID().toString());
			this.entityManager = SharedEntityManagerCreator
				.createSharedEntityManager(database().entityManagerFactory());
			this.context = new AnnotationConfigApplicationContext();
			this.context.register(TransactionConfiguration.class);
			this.context.registerBean(PlatformTransactionManager.class, () -> transactions);
			this.context.registerBean(Shop.class,
					() -> new Shop(this.entityManager, new JdbcTemplate(database().dataSource())));
			this.context.refresh();
			this.shop = this.context.getBean(Shop.class);
		}

		@AfterEach
		void stop() {
			this.nodes.forEach(Node::stop);
			this.context.close();
			this.threads.shutdownNow();
		}

		@Test
		void whatItWritesAndItsOutcomeCommitTogetherHoweverOftenItIsDelivered() {
			Node node = node();
			node.deliver("order", false);
			await().until(() -> node.acknowledged.size() == 1);
			node.deliver("order", true);
			node.deliver("order", false);
			await().until(() -> node.acknowledged.size() == 3);
			assertThat(customers()).isEqualTo(1);
			assertThat(node.outcomes()).singleElement().isInstanceOf(TaskCompleted.class);
		}

		@Test
		void whatTwoNodesGetAtTheSameTimeHasOneEffect() {
			Node first = node();
			Node second = node();
			first.deliver("order", false);
			second.deliver("order", false);
			await().until(() -> first.acknowledged.size() == 1 && second.acknowledged.size() == 1);
			assertThat(customers()).isEqualTo(1);
			assertThat(first.outcomes().size() + second.outcomes().size()).isEqualTo(1);
		}

		@Test
		void anOutcomeThatIsNotSentBeforeTheNodeDiesIsSentByAnother() {
			Node first = node();
			first.down = true;
			first.deliver("order", false);
			await().until(() -> first.acknowledged.size() == 1);
			first.stop();
			assertThat(customers()).isEqualTo(1);
			Node second = node();
			await().until(() -> second.outcomes().size() == 1);
			assertThat(second.outcomes()).singleElement().isInstanceOf(TaskCompleted.class);
		}

		@Test
		void oneThatThrowsLeavesNothingButItsFailure() {
			Node node = node();
			node.deliver("refuse", false);
			await().until(() -> node.acknowledged.size() == 1);
			assertThat(customers()).isZero();
			assertThat(node.outcomes()).singleElement()
				.isInstanceOfSatisfying(TaskFailed.class,
						(failed) -> assertThat(failed.failure().message()).isEqualTo("refused"));
		}

		@Test
		void oneThatHasFailedIsNotRunAgainByAnotherDelivery() {
			Node node = node();
			node.deliver("failFirst", false);
			await().until(() -> node.acknowledged.size() == 1);
			// There will be a second attempt, as a call of its own: this one must have no
			// effect besides.
			node.deliver("failFirst", false);
			await().until(() -> node.acknowledged.size() == 2);
			assertThat(customers()).isZero();
			assertThat(node.outcomes()).singleElement().isInstanceOf(TaskFailed.class);
		}

		@Test
		void oneThatThrowsWithoutRollingBackLeavesWhatItHasWritten() {
			Node node = node();
			node.deliver("complain", false);
			await().until(() -> node.acknowledged.size() == 1);
			node.deliver("complain", true);
			await().until(() -> node.acknowledged.size() == 2);
			assertThat(customers()).isEqualTo(1);
			assertThat(node.outcomes()).singleElement().isInstanceOf(TaskFailed.class);
		}

		@Test
		void oneWhoseTransactionIsMarkedForRollbackHasFailedWhateverItReturns() {
			Node node = node();
			node.deliver("swallow", false);
			await().until(() -> node.acknowledged.size() == 1);
			assertThat(customers()).isZero();
			assertThat(node.outcomes()).singleElement()
				.isInstanceOfSatisfying(TaskFailed.class,
						(failed) -> assertThat(failed.failure().type()).isEqualTo("TransactionRolledBack"));
		}

		@Test
		void oneWhoseWritesTheDatabaseRefusesAtTheEndHasFailed() {
			Node node = node();
			node.deliver("twice", false);
			await().until(() -> node.acknowledged.size() == 1);
			assertThat(customers()).isZero();
			assertThat(node.outcomes()).singleElement().isInstanceOf(TaskFailed.class);
		}

		final Node node() {
			Node node = new Node(this.store, this.shop, this.threads, this.id);
			this.nodes.add(node);
			return node;
		}

		final long customers() {
			return this.entityManager
				.createQuery("SELECT COUNT(c) FROM Customer c WHERE c.orchestrationId = :id", Long.class)
				.setParameter("id", this.id)
				.getSingleResult();
		}

	}

	@Nested
	class OnH2 extends OnDatabase {

		@Override
		TestDatabase database() {
			return TestDatabase.h2();
		}

	}

	@Nested
	class OnPostgreSql extends OnDatabase {

		@Override
		TestDatabase database() {
			return TestDatabase.postgresql();
		}

		@Test
		void oneThatGoesOnAfterAnErrorOfTheDatabaseHasFailed() {
			Node node = node();
			node.deliver("ignoreError", false);
			await().until(() -> node.acknowledged.size() == 1);
			assertThat(customers()).isZero();
			assertThat(node.outcomes()).singleElement()
				.isInstanceOfSatisfying(TaskFailed.class,
						(failed) -> assertThat(failed.failure().type()).isEqualTo("TransactionRolledBack"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class TransactionConfiguration {

	}

	/** A node whose calls are delivered by hand. */
	private static final class Node implements Transport {

		private final List<Message> sent = Collections.synchronizedList(new ArrayList<>());

		private final List<Message> acknowledged = Collections.synchronizedList(new ArrayList<>());

		private final DurableRuntime runtime;

		private final String input;

		private volatile boolean down;

		private Receiver receiver;

		Node(StoreUnderTest store, Shop shop, ExecutorService threads, String input) {
			this.input = input;
			DefinitionRegistry registry = new DefinitionRegistry();
			for (Method method : Shop.class.getDeclaredMethods()) {
				if (method.isAnnotationPresent(Activity.class)) {
					registry.addActivity(method.getAnnotation(Activity.class), Shop.class, method,
							(arguments) -> invoke(shop, method, arguments), TransactionSettings.DEFAULTS);
				}
			}
			RuntimeSettings defaults = RuntimeSettings.defaults();
			this.runtime = new DurableRuntime(
					new RuntimeSettings(10, 4, defaults.payloads(), Duration.ofMillis(500), Duration.ofMillis(50),
							defaults.receivedRetention(), Duration.ofSeconds(10), defaults.longestLook(), false, false,
							false, true, defaults.limits(), defaults.versioning(), Map.of()),
					registry, new RuntimePorts(store.store(), store.outbox(), store.queries(), this,
							new JacksonPayloadCodec(new JsonMapper()), Clock.systemUTC(), threads, List.of()));
			this.runtime.start();
		}

		private static Object invoke(Shop shop, Method method, Object... arguments) throws Throwable {
			try {
				return method.invoke(shop, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

		void deliver(String activity, boolean redelivered) {
			Message.ToActivity call = new Message.ToActivity("x:1", "a", "x", 1, activity, null,
					Payload.of("\"" + this.input + "\""));
			this.receiver.activities(List.of(new ActivityDelivery() {

				@Override
				public Message.ToActivity message() {
					return call;
				}

				@Override
				public boolean redelivered() {
					return redelivered;
				}

				@Override
				public void acknowledge() {
					Node.this.acknowledged.add(call);
				}

			}));
		}

		List<Object> outcomes() {
			synchronized (this.sent) {
				return this.sent.stream()
					.map((message) -> (Object) ((Message.ToOrchestration) message).event())
					.toList();
			}
		}

		@Override
		public void start(Subscription subscription, Receiver started) {
			this.receiver = started;
		}

		@Override
		public void stop() {
			this.runtime.stop();
		}

		@Override
		public void close() {
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			if (this.down) {
				return CompletableFuture.failedFuture(new IllegalStateException("down"));
			}
			this.sent.addAll(messages);
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void deadLetter(Message message, String reason) {
			throw new AssertionError(message + ": " + reason);
		}

		@Override
		public Status status() {
			return new Status("hand", null, Map.of(), Map.of());
		}

	}

	static class Shop {

		private final AtomicInteger runs = new AtomicInteger();

		private final EntityManager entityManager;

		private final JdbcTemplate jdbc;

		Shop(EntityManager entityManager, JdbcTemplate jdbc) {
			this.entityManager = entityManager;
			this.jdbc = jdbc;
		}

		@Activity
		@Transactional
		public void order(String id) {
			persist(UUID.randomUUID().toString(), id);
		}

		@Activity
		@Transactional
		public void refuse(String id) {
			persist(UUID.randomUUID().toString(), id);
			throw new IllegalStateException("refused");
		}

		@Activity
		@Transactional
		public void failFirst(String id) {
			persist(UUID.randomUUID().toString(), id);
			if (this.runs.incrementAndGet() == 1) {
				throw new IllegalStateException("not yet");
			}
		}

		@Activity
		@Transactional(noRollbackFor = IllegalStateException.class)
		public void complain(String id) {
			persist(UUID.randomUUID().toString(), id);
			throw new IllegalStateException("complained");
		}

		@Activity
		@Transactional
		public void swallow(String id) {
			persist(UUID.randomUUID().toString(), id);
			TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
		}

		@Activity
		@Transactional
		public void twice(String id) {
			this.entityManager.createNativeQuery("INSERT INTO Customer (id, orchestrationId) VALUES (?, ?)")
				.setParameter(1, id)
				.setParameter(2, id)
				.executeUpdate();
			persist(id, id);
		}

		@Activity
		@Transactional
		public void ignoreError(String id) {
			persist(UUID.randomUUID().toString(), id);
			try {
				this.jdbc.execute("SELECT nothing FROM nowhere");
			}
			catch (DataAccessException ex) {
				// As if it were of no importance.
			}
		}

		private void persist(String key, String id) {
			this.entityManager.persist(new Customer(key, id));
		}

	}

}
