package io.durablespring.autoconfigure;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceCount;
import io.durablespring.InstanceStatus;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.jpa.JpaInstanceQueries;
import io.durablespring.jpa.JpaOrchestrationStore;
import io.durablespring.jpa.JpaOutbox;
import io.durablespring.jpa.MissingSchemaException;
import io.durablespring.jpa.customer.Customer;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jpa.autoconfigure.EntityManagerFactoryBuilderCustomizer;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableJpaAutoConfiguration}.
 */
class DurableJpaAutoConfigurationTests {

	private static final Instant T0 = Instant.parse("2026-03-29T01:30:00.123456Z");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
				TransactionAutoConfiguration.class, DurableJpaAutoConfiguration.class))
		.withUserConfiguration(CoreConfiguration.class)
		.withPropertyValues("spring.datasource.url=" + url());

	@Test
	void keepsInstancesInTheApplicationsDatabase() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(JpaOrchestrationStore.class)
				.hasSingleBean(JpaOutbox.class)
				.hasSingleBean(JpaInstanceQueries.class);
			create(context, "a");
			assertThat(context.getBean(InstanceQueries.class).counts())
				.containsExactly(new InstanceCount("order", InstanceStatus.PENDING, 1));
			assertThat(context.getBean(Outbox.class).claim(T0.plusSeconds(1), T0, T0.plusSeconds(9), 5)).hasSize(1);
			assertThat(jdbc(context).queryForList("SELECT hub FROM durable_instance", String.class))
				.containsExactly("shop");
		});
	}

	@Test
	void backsOffForBeansOfTheApplication() {
		InMemoryStore store = new InMemoryStore();
		this.contextRunner.withUserConfiguration(OwnInitializerConfiguration.class)
			.withBean("store", OrchestrationStore.class, () -> store)
			.withBean("outbox", Outbox.class, () -> store)
			.withBean("queries", InstanceQueries.class, () -> store)
			.withBean("durableEntitiesCustomizer", EntityManagerFactoryBuilderCustomizer.class, () -> (builder) -> {
			})
			.run((context) -> {
				assertThat(context).doesNotHaveBean(JpaOrchestrationStore.class)
					.doesNotHaveBean(JpaOutbox.class)
					.doesNotHaveBean(JpaInstanceQueries.class)
					.hasSingleBean(DurableSchemaInitializer.class)
					.hasSingleBean(EntityManagerFactoryBuilderCustomizer.class);
				assertThat(hasTable(context, "durable_instance")).isFalse();
			});
	}

	@Test
	void needsJpa() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(LocalContainerEntityManagerFactoryBean.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OrchestrationStore.class));
	}

	@Test
	void needsADataSource() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DurableJpaAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OrchestrationStore.class));
	}

	@Test
	void canBeDisabled() {
		this.contextRunner.withPropertyValues("durable.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(OrchestrationStore.class);
			assertThat(hasTable(context, "durable_instance")).isFalse();
		});
	}

	@Test
	void refusesToStartWithoutItsTables() {
		this.contextRunner.withPropertyValues("durable.jpa.initialize-schema=never").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().hasMessageContainingAll("DURABLE_INSTANCE");
			FailureAnalysis analysis = new MissingSchemaFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("Table 'durable_instance' does not exist",
					"classpath:io/durablespring/jpa/schema-@@platform@@.sql",
					"The database says: Table \"DURABLE_INSTANCE\" not found");
			assertThat(analysis.getAction()).contains("durable.jpa.initialize-schema=always", "Flyway",
					"schema-@@platform@@.sql");
		});
	}

	@Test
	void refusesToStartWithATableThatLacksAColumn() {
		String url = url();
		this.contextRunner.withPropertyValues("spring.datasource.url=" + url)
			.run((context) -> jdbc(context).execute("ALTER TABLE durable_history DROP COLUMN task_id"));
		this.contextRunner.withPropertyValues("spring.datasource.url=" + url)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(MissingSchemaException.class.getName() + ": Table 'durable_history'"));
	}

	@Test
	void createsItsTablesOnOtherDatabasesWhenAsked() {
		// By another platform name H2 is as good as any database without a script.
		this.contextRunner.withPropertyValues("durable.jpa.initialize-schema=always", "durable.jpa.platform=h2")
			.run((context) -> assertThat(hasTable(context, "durable_inbox")).isTrue());
		this.contextRunner.withPropertyValues("durable.jpa.initialize-schema=always", "durable.jpa.platform=nothing")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("schema-nothing.sql"));
	}

	@Test
	void takesAScriptOfTheApplication() {
		this.contextRunner
			.withPropertyValues("durable.jpa.schema=classpath:io/durablespring/autoconfigure/other-schema.sql")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("other-schema.sql")
				.hasStackTraceContaining("Table 'durable_instance'"));
	}

	@Test
	void leavesTablesAloneThatHibernateCreatesAndDrops() {
		String url = url();
		this.contextRunner.withUserConfiguration(ScannedConfiguration.class)
			.withPropertyValues("spring.datasource.url=" + url, "spring.jpa.hibernate.ddl-auto=create-drop")
			.run((context) -> {
				create(context, "a");
				assertThat(hasTable(context, "customer")).isTrue();
			});
		this.contextRunner.withUserConfiguration(ScannedConfiguration.class)
			.withPropertyValues("spring.datasource.url=" + url, "spring.jpa.hibernate.ddl-auto=create",
					"durable.jpa.initialize-schema=never")
			.run((context) -> assertThat(context.getBean(InstanceQueries.class).find("a")).isPresent());
		this.contextRunner.withUserConfiguration(ScannedConfiguration.class)
			.withPropertyValues("spring.datasource.url=" + url, "spring.jpa.hibernate.ddl-auto=validate")
			.run((context) -> assertThat(context.getBean(InstanceQueries.class).find("a")).isPresent());
	}

	@Test
	void entitiesAreKnownBesideThoseOfTheApplicationsPackage() {
		this.contextRunner.withUserConfiguration(PackageConfiguration.class)
			.run(DurableJpaAutoConfigurationTests::joinsEntities);
	}

	@Test
	void entitiesAreKnownBesideAnEntityScanOfTheApplication() {
		this.contextRunner.withUserConfiguration(ScannedConfiguration.class)
			.run(DurableJpaAutoConfigurationTests::joinsEntities);
	}

	@Test
	void entitiesAreKnownWithAnEntityScanOfTheirOwnPackage() {
		this.contextRunner.withUserConfiguration(OurPackageScannedConfiguration.class)
			.run(DurableJpaAutoConfigurationTests::joinsEntities);
	}

	@Test
	void saysWhichEntitiesAnApplicationsOwnFactoryLacks() {
		this.contextRunner
			.withBean("durableEntitiesCustomizer", EntityManagerFactoryBuilderCustomizer.class, () -> (builder) -> {
			})
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("add the package io.durablespring.jpa"));
	}

	@Test
	void takesTheTransactionsOfTheDatabaseIfThereAreOthers() {
		this.contextRunner.withUserConfiguration(TwoTransactionManagersConfiguration.class).run((context) -> {
			OrchestrationStore store = context.getBean(OrchestrationStore.class);
			new TransactionTemplate(context.getBean("jpa", PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					create(context, "a");
					status.setRollbackOnly();
				});
			assertThat(store.load(List.of("a"))).isEmpty();
		});
	}

	@Test
	void knowsWhichTransactionsAreThoseOfTheStore() {
		this.contextRunner.run((context) -> {
			StoreTransactions transactions = context.getBean(StoreTransactions.class);
			assertThat(transactions.isNamed("", context)).isTrue();
			assertThat(transactions.isNamed("transactionManager", context)).isTrue();
			assertThat(transactions.isNamed("nobody", context)).isFalse();
		});
		this.contextRunner.withUserConfiguration(TwoTransactionManagersConfiguration.class).run((context) -> {
			StoreTransactions transactions = context.getBean(StoreTransactions.class);
			assertThat(transactions.isNamed("jpa", context)).isTrue();
			assertThat(transactions.isNamed("broker", context)).isFalse();
			assertThat(transactions.isNamed("", context)).as("without a default").isFalse();
		});
	}

	@Test
	void refusesTheTransactionsOfAnythingButADatabase() {
		this.contextRunner.withBean("broker", PlatformTransactionManager.class, BrokerTransactionManager::new)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("needs one transaction manager of the database, but there are 0"));
	}

	private static void joinsEntities(AssertableApplicationContext context) {
		EntityManager entityManager = context.getBean(EntityManagerFactory.class).createEntityManager();
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
			.executeWithoutResult((status) -> create(context, "a"));
		inTransaction(entityManager, (manager) -> manager.persist(new Customer("c", "a")));
		assertThat(entityManager
			.createQuery("SELECT i.status FROM Customer c JOIN DurableInstance i ON i.id = c.orchestrationId "
					+ "WHERE i.hub = 'shop' AND c.id = 'c'", InstanceStatus.class)
			.getResultList()).containsExactly(InstanceStatus.PENDING);
		entityManager.close();
	}

	private static void inTransaction(EntityManager entityManager, Consumer<EntityManager> work) {
		entityManager.getTransaction().begin();
		work.accept(entityManager);
		entityManager.getTransaction().commit();
	}

	private static void create(AssertableApplicationContext context, String id) {
		HistoryEvent.ExecutionStarted started = new HistoryEvent.ExecutionStarted(T0, "order", null, null, Map.of(),
				null);
		context.getBean(OrchestrationStore.class)
			.create(new NewInstance(id, "x-" + id, started, null, List.of()),
					List.of(new OutboxEntry("e-" + id, T0, null,
							List.of(new Message.ToOrchestration("m-" + id, id, "x-" + id, started)))),
					new OrchestrationStore.Reuse(IdReusePolicy.REJECT, (replaced, children) -> List.of()), () -> {
					});
	}

	private static JdbcTemplate jdbc(AssertableApplicationContext context) {
		return new JdbcTemplate(context.getBean(DataSource.class));
	}

	private static boolean hasTable(AssertableApplicationContext context, String table) {
		try {
			jdbc(context).queryForList("SELECT 1 FROM " + table);
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	private static String url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	@Configuration(proxyBeanMethods = false)
	static class CoreConfiguration {

		@Bean
		HistoryCodec historyCodec() {
			return new HistoryCodec(new JacksonRecordFormat());
		}

		@Bean
		TaskHub taskHub() {
			return new TaskHub("shop");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnInitializerConfiguration {

		@Bean
		DurableSchemaInitializer initializer(DataSource dataSource) {
			return new DurableSchemaInitializer(dataSource, new DurableJpaProperties()) {

				@Override
				public boolean initializeDatabase() {
					return false;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Customer.class)
	static class PackageConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = Customer.class)
	static class ScannedConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = JpaOutbox.class)
	static class OurPackageScannedConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoTransactionManagersConfiguration {

		@Bean
		JpaTransactionManager jpa(EntityManagerFactory entityManagerFactory) {
			return new JpaTransactionManager(entityManagerFactory);
		}

		@Bean
		PlatformTransactionManager broker() {
			return new BrokerTransactionManager();
		}

	}

	private static final class BrokerTransactionManager extends AbstractPlatformTransactionManager
			implements ResourceTransactionManager {

		@Override
		public Object getResourceFactory() {
			return "broker";
		}

		@Override
		protected Object doGetTransaction() {
			return "transaction";
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

}
