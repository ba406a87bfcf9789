package io.durablespring.autoconfigure;

import io.durablespring.jpa.MissingSchemaException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

/**
 * Says how to get the store's tables.
 */
final class MissingSchemaFailureAnalyzer extends AbstractFailureAnalyzer<MissingSchemaException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingSchemaException cause) {
		String said = (cause.getCause() != null)
				? " The database says: " + NestedExceptionUtils.getMostSpecificCause(cause).getMessage() : "";
		return new FailureAnalysis(cause.getMessage() + "." + said, """
				Create the tables of durable-spring in one of these ways:

				    - set durable.jpa.initialize-schema=always (by default only embedded databases are initialized),
				    - let Flyway or Liquibase run the script, %s with the name of your database such as
				      'postgresql' for @@platform@@,
				    - run the script by hand.

				If the tables exist, look at the schema and the rights of the database user."""
			.formatted(cause.script()), cause);
	}

}
