package io.durablespring.jpa;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * Queries of PostgreSQL that read rows for many keys, one key after the other. With a
 * list of keys instead, a table that was small when a connection planned the query is
 * read from its beginning to its end ever after, until the next {@code ANALYZE}.
 */
final class Lookup {

	private Lookup() {
	}

	/**
	 * Makes a query of one that takes the hub and one key.
	 * @param query what to ask for each key, with a parameter for the hub; the parts of
	 * the key are {@code wanted.key1}, {@code wanted.key2} and so on
	 * @param parts how many parts a key has
	 * @return the query for many
	 */
	static String of(String query, int parts) {
		String arrays = String.join(", ", IntStream.range(0, parts).mapToObj((part) -> "?::text[]").toList());
		String names = IntStream.rangeClosed(1, parts)
			.mapToObj((part) -> "key" + part)
			.collect(Collectors.joining(", "));
		// The offset keeps PostgreSQL from making a join of it.
		return "SELECT found.* FROM unnest(" + arrays + ") AS wanted (" + names + ") CROSS JOIN LATERAL (" + query
				+ " OFFSET 0) AS found";
	}

	/**
	 * Sets the parameters.
	 * @param hub the hub
	 * @param keys the parts of the keys, one collection for each part
	 */
	@SafeVarargs
	static PreparedStatementSetter parameters(String hub, Collection<String>... keys) {
		return (statement) -> set(statement, hub, List.of(keys));
	}

	private static void set(PreparedStatement statement, String hub, List<Collection<String>> keys)
			throws SQLException {
		for (int i = 0; i < keys.size(); i++) {
			statement.setArray(i + 1, statement.getConnection().createArrayOf("text", keys.get(i).toArray()));
		}
		statement.setString(keys.size() + 1, hub);
	}

}
