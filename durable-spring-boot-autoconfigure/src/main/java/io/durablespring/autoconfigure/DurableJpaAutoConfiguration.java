package io.durablespring.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.durablespring.history.HistoryCodec;
import io.durablespring.jpa.CommitCheck;
import io.durablespring.jpa.DurableHistoryEvent;
import io.durablespring.jpa.DurableInstance;
import io.durablespring.jpa.JpaInstanceQueries;
import io.durablespring.jpa.JpaOrchestrationStore;
import io.durablespring.jpa.JpaOutbox;
import io.durablespring.jpa.SchemaCheck;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.annotations.Subselect;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jpa.autoconfigure.EntityManagerFactoryBuilderCustomizer;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;

/**
 * Auto-configuration of the store on a relational database.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
		"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
		"org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
		"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration" })
@ConditionalOnClass({ JdbcTemplate.class, LocalContainerEntityManagerFactoryBean.class,
		EntityManagerFactoryBuilderCustomizer.class, EntityManagerFactory.class, Subselect.class })
@ConditionalOnBean(DataSource.class)
@ConditionalOnBooleanProperty(name = "durable.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DurableJpaProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class DurableJpaAutoConfiguration {

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(OrchestrationStore.class)
	JpaOrchestrationStore durableOrchestrationStore(DataSource dataSource, StoreTransactions transactionManager,
			HistoryCodec codec, TaskHub hub, DurableJpaProperties properties) {
		SchemaCheck.verify(dataSource,
				(properties.getSchema() != null) ? properties.getSchema() : properties.getDefaultSchemaLocation());
		CommitCheck.warn(dataSource);
		return new JpaOrchestrationStore(dataSource, transactionManager.manager(), codec, hub.name());
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(Outbox.class)
	JpaOutbox durableOutbox(DataSource dataSource, StoreTransactions transactionManager, HistoryCodec codec,
			TaskHub hub) {
		return new JpaOutbox(dataSource, transactionManager.manager(), codec, hub.name());
	}

	@Bean
	@ConditionalOnMissingBean
	StoreTransactions durableStoreTransactions(ObjectProvider<PlatformTransactionManager> transactionManagers) {
		return new StoreTransactions(databaseTransactions(transactionManagers));
	}

	/**
	 * With the transactions of something else, such as Kafka's, every statement would
	 * commit by itself.
	 */
	private static PlatformTransactionManager databaseTransactions(
			ObjectProvider<PlatformTransactionManager> transactionManagers) {
		List<PlatformTransactionManager> suitable = transactionManagers.stream()
			.filter(DurableJpaAutoConfiguration::isForDatabases)
			.toList();
		PlatformTransactionManager unique = transactionManagers.getIfUnique();
		if (suitable.size() != 1 && !suitable.contains(unique)) {
			throw new IllegalStateException("The store needs one transaction manager of the database, but there are "
					+ suitable.size() + ": " + suitable + ". Mark the one to use as @Primary.");
		}
		return (unique != null && suitable.contains(unique)) ? unique : suitable.get(0);
	}

	private static boolean isForDatabases(PlatformTransactionManager transactionManager) {
		return !(transactionManager instanceof ResourceTransactionManager manager)
				|| manager.getResourceFactory() instanceof DataSource
				|| manager.getResourceFactory() instanceof EntityManagerFactory;
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(InstanceQueries.class)
	JpaInstanceQueries durableInstanceQueries(EntityManagerFactory entityManagerFactory, DataSource dataSource,
			HistoryCodec codec, TaskHub hub) {
		return new JpaInstanceQueries(entityManagerFactory, dataSource, codec, hub.name());
	}

	/**
	 * Adds the entities to whatever the application's own scan has found.
	 */
	@Bean
	@ConditionalOnMissingBean(name = "durableEntitiesCustomizer")
	EntityManagerFactoryBuilderCustomizer durableEntitiesCustomizer() {
		return (builder) -> builder
			.addPersistenceUnitPostProcessors((unit) -> Stream.of(DurableInstance.class, DurableHistoryEvent.class)
				.map(Class::getName)
				.filter((name) -> !unit.getManagedClassNames().contains(name))
				.forEach(unit::addManagedClassName));
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(OnSchemaInitializationCondition.class)
	static class SchemaInitializationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		DurableSchemaInitializer durableSchemaInitializer(DataSource dataSource, DurableJpaProperties properties) {
			return new DurableSchemaInitializer(dataSource, properties);
		}

	}

	static class OnSchemaInitializationCondition extends OnDatabaseInitializationCondition {

		OnSchemaInitializationCondition() {
			super("Durable", "durable.jpa.initialize-schema");
		}

	}

}
