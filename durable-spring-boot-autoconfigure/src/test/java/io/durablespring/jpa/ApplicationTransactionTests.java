package io.durablespring.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.jpa.customer.Customer;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.test.StoreUnderTest;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Instances that are started in transactional methods of an application that has entities
 * of its own.
 */
class ApplicationTransactionTests {

	abstract static class OnDatabase {

		private final List<String> committed = new ArrayList<>();

		private AnnotationConfigApplicationContext context;

		private Shop shop;

		private EntityManager entityManager;

		private InstanceQueries queries;

		private String prefix;

		abstract TestDatabase database();

		@BeforeEach
		void start() {
			TestDatabase database = database();
			StoreUnderTest store = database.store();
			this.prefix = UUID.randomUUID() + "-";
			this.entityManager = SharedEntityManagerCreator.createSharedEntityManager(database.entityManagerFactory());
			this.queries = store.queries();
			this.context = new AnnotationConfigApplicationContext();
			this.context.register(TransactionConfiguration.class);
			this.context.registerBean(PlatformTransactionManager.class, database::jpaTransactions);
			this.context.registerBean(Shop.class,
					() -> new Shop(this.entityManager, store.store(), this.queries, this.committed));
			this.context.refresh();
			this.shop = this.context.getBean(Shop.class);
		}

		@AfterEach
		void stop() {
			this.context.close();
		}

		@Test
		void instanceAndEntityCommitTogether() {
			this.shop.order(id("a"), false);
			assertThat(this.entityManager.find(Customer.class, id("a"))).isNotNull();
			assertThat(this.queries.find(id("a"))).isPresent();
			assertThat(this.committed).containsExactly(id("a"));
		}

		@Test
		void instanceAndEntityRollBackTogether() {
			assertThatIllegalStateException().isThrownBy(() -> this.shop.order(id("a"), true));
			assertThat(this.entityManager.find(Customer.class, id("a"))).isNull();
			assertThat(this.queries.find(id("a"))).isEmpty();
			assertThat(this.committed).isEmpty();
		}

		@Test
		void anIdThatIsTakenLeavesTheTransactionUsable() {
			this.shop.order(id("a"), false);
			this.shop.orderUnlessTaken(id("b"), id("a"));
			assertThat(this.entityManager.find(Customer.class, id("b"))).isNotNull();
			assertThat(this.committed).containsExactly(id("a"));
		}

		@Test
		void anIdThatIsTakenRollsBackIfTheApplicationLetsItPass() {
			this.shop.order(id("a"), false);
			assertThatExceptionOfType(InstanceAlreadyExistsException.class)
				.isThrownBy(() -> this.shop.orderAs(id("b"), id("a")));
			assertThat(this.entityManager.find(Customer.class, id("b"))).isNull();
		}

		@Test
		void queriesSeeWhatTheTransactionHasWritten() {
			assertThat(this.shop.orderAndLook(id("a"))).extracting(OrchestrationMetadata::status)
				.isEqualTo(InstanceStatus.PENDING);
		}

		@Test
		void entitiesCanBeJoinedWithInstances() {
			this.shop.order(id("a"), false);
			assertThat(this.entityManager
				.createQuery("SELECT i FROM Customer c JOIN DurableInstance i ON i.id = c.orchestrationId "
						+ "WHERE c.id = :id", DurableInstance.class)
				.setParameter("id", id("a"))
				.getResultList()).singleElement().satisfies((instance) -> {
					assertThat(instance.getName()).isEqualTo("order");
					assertThat(instance.getStatus()).isEqualTo(InstanceStatus.PENDING);
					assertThat(instance.getTags()).isEqualTo("{\"colour\":\"blue\"}");
					assertThat(instance.getCreatedAt()).isEqualTo(Shop.T0);
					assertThat(instance.getCompletedAt()).isNull();
					assertThat(instance.getParentId()).isEqualTo("p");
					assertThat(instance.getParentExecutionId()).isEqualTo("px");
					assertThat(instance.getParentTaskId()).isEqualTo(4);
				});
		}

		private String id(String name) {
			return this.prefix + name;
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

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class TransactionConfiguration {

	}

	static class Shop {

		static final Instant T0 = Instant.parse("2026-03-29T01:30:00.123456Z");

		private final EntityManager entityManager;

		private final OrchestrationStore store;

		private final InstanceQueries queries;

		private final List<String> committed;

		Shop(EntityManager entityManager, OrchestrationStore store, InstanceQueries queries, List<String> committed) {
			this.entityManager = entityManager;
			this.store = store;
			this.queries = queries;
			this.committed = committed;
		}

		@Transactional
		public void order(String id, boolean fail) {
			this.entityManager.persist(new Customer(id, id));
			start(id);
			if (fail) {
				throw new IllegalStateException("out of stock");
			}
		}

		@Transactional
		public void orderUnlessTaken(String id, String orchestrationId) {
			try {
				start(orchestrationId);
			}
			catch (InstanceAlreadyExistsException ex) {
				this.entityManager.persist(new Customer(id, orchestrationId));
			}
		}

		@Transactional
		public void orderAs(String id, String orchestrationId) {
			this.entityManager.persist(new Customer(id, orchestrationId));
			this.entityManager.flush();
			start(orchestrationId);
		}

		@Transactional
		public OrchestrationMetadata orderAndLook(String id) {
			this.queries.find(id);
			start(id);
			return this.queries.find(id).orElseThrow();
		}

		private void start(String id) {
			HistoryEvent.ExecutionStarted started = new HistoryEvent.ExecutionStarted(T0, "order", null, null,
					Map.of("colour", "blue"), new ParentInstance("p", "px", 4));
			this.store.create(new NewInstance(id, "x-" + id, started, null, List.of()),
					List.of(new OutboxEntry(UUID.randomUUID().toString(), T0, null,
							List.of(new Message.ToOrchestration("m", id, "x-" + id, started)))),
					new OrchestrationStore.Reuse(IdReusePolicy.REPLACE_FINISHED, (replaced, children) -> List.of()),
					() -> this.committed.add(id));
		}

	}

}
