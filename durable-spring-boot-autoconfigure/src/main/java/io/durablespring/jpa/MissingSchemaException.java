package io.durablespring.jpa;

import io.durablespring.DurableException;
import org.jspecify.annotations.Nullable;

/**
 * A table of the store does not exist, lacks a column or may not be read.
 */
public class MissingSchemaException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final String table;

	private final String script;

	/**
	 * Creates the exception.
	 * @param table the table in question
	 * @param script where the script is that creates it
	 * @param cause what the database says
	 */
	public MissingSchemaException(String table, String script, @Nullable Throwable cause) {
		super("Table '%s' does not exist or does not have the columns of this version. The script that creates it is %s"
			.formatted(table, script), cause);
		this.table = table;
		this.script = script;
	}

	/**
	 * The table in question.
	 * @return its name
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Where the script is that creates it.
	 * @return a resource location
	 */
	public String script() {
		return this.script;
	}

}
