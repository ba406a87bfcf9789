package io.durablespring.autoconfigure;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;

/**
 * Creates the store's tables by its script. May be registered as a bean to replace the
 * auto-configured one.
 */
public class DurableSchemaInitializer extends PropertiesBasedDataSourceScriptDatabaseInitializer<DurableJpaProperties> {

	/**
	 * Creates an initializer.
	 * @param dataSource where to create the tables
	 * @param properties whether, and by which script
	 */
	public DurableSchemaInitializer(DataSource dataSource, DurableJpaProperties properties) {
		super(dataSource, properties);
	}

}
