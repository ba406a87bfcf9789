package io.durablespring.jpa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.durablespring.history.HistoryCodec;
import io.durablespring.jpa.customer.Customer;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.test.StoreUnderTest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManagerFactory;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A real database with the tables and JPA, one of each kind for all tests of a JVM. Tests
 * keep apart by their hubs.
 */
final class TestDatabase {

	static final HistoryCodec CODEC = new HistoryCodec(new JacksonRecordFormat());

	private static final Map<String, TestDatabase> DATABASES = new ConcurrentHashMap<>();

	private final DataSource dataSource;

	private final EntityManagerFactory entityManagerFactory;

	TestDatabase(DataSource dataSource, String platform) {
		this.dataSource = dataSource;
		new ResourceDatabasePopulator(new ClassPathResource("schema-" + platform + ".sql", TestDatabase.class))
			.execute(dataSource);
		this.entityManagerFactory = entityManagerFactory(dataSource);
	}

	static TestDatabase h2() {
		return of("h2");
	}

	static TestDatabase postgresql() {
		return of("postgresql");
	}

	/** With the driver option that hides which rows of a batch were inserted. */
	static TestDatabase postgresqlRewritingBatches() {
		return DATABASES.computeIfAbsent("rewriting",
				(name) -> open(postgresqlUrl() + "&reWriteBatchedInserts=true", "postgresql"));
	}

	static TestDatabase of(String platform) {
		return DATABASES.computeIfAbsent(platform,
				(name) -> open(name.equals("h2") ? h2Url() : postgresqlUrl(), platform));
	}

	private static TestDatabase open(String url, String platform) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(12);
		return new TestDatabase(pool, platform);
	}

	static String h2Url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	static String postgresqlUrl() {
		return Server.POSTGRES.getJdbcUrl("postgres", "postgres");
	}

	private static EntityManagerFactory entityManagerFactory(DataSource dataSource) {
		LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
		factory.setDataSource(dataSource);
		factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		factory.setManagedTypes(PersistenceManagedTypes.of(DurableInstance.class.getName(),
				DurableHistoryEvent.class.getName(), Customer.class.getName()));
		// Creates the application's table, and would create ours.
		factory.getJpaPropertyMap().put("hibernate.hbm2ddl.auto", "update");
		factory.afterPropertiesSet();
		EntityManagerFactory created = factory.getObject();
		if (created == null) {
			throw new IllegalStateException("No entity manager factory");
		}
		return created;
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	EntityManagerFactory entityManagerFactory() {
		return this.entityManagerFactory;
	}

	PlatformTransactionManager jpaTransactions() {
		return new JpaTransactionManager(this.entityManagerFactory);
	}

	StoreUnderTest store() {
		return store(jpaTransactions(), UUID.randomUUID().toString());
	}

	StoreUnderTest storeWithoutJpaTransactions() {
		return store(new JdbcTransactionManager(this.dataSource), UUID.randomUUID().toString());
	}

	StoreUnderTest store(PlatformTransactionManager transactionManager, String hub) {
		return new StoreUnderTest(new JpaOrchestrationStore(this.dataSource, transactionManager, CODEC, hub),
				new JpaOutbox(this.dataSource, transactionManager, CODEC, hub),
				new JpaInstanceQueries(this.entityManagerFactory, this.dataSource, CODEC, hub),
				new TemplateTransactions(new TransactionTemplate(transactionManager)));
	}

	private record TemplateTransactions(TransactionTemplate template) implements StoreUnderTest.Transactions {

		@Override
		public void commit(Runnable work) {
			this.template.executeWithoutResult((status) -> work.run());
		}

		@Override
		public void rollBack(Runnable work) {
			this.template.executeWithoutResult((status) -> {
				work.run();
				status.setRollbackOnly();
			});
		}

	}

	/**
	 * Starts at first use and ends with the JVM.
	 */
	private static final class Server {

		static final EmbeddedPostgres POSTGRES = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("fsync", "on")
					.setServerConfig("synchronous_commit", "on")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
