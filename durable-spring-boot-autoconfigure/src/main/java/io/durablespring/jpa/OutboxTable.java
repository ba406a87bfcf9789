package io.durablespring.jpa;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

import io.durablespring.history.MessageCodec;
import io.durablespring.spi.OutboxEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the store and its outbox do alike with {@code durable_outbox}.
 */
final class OutboxTable {

	private static final String REMOVE = "DELETE FROM durable_outbox WHERE hub = ? AND id IN ";

	private static final String REMOVE_ANY = "DELETE FROM durable_outbox WHERE hub = ? AND id = ANY (?)";

	private static final String REMOVE_IF_LATER = """
			DELETE FROM durable_outbox WHERE hub = ? AND id = ? AND due_at > ?""";

	private final JdbcTemplate jdbc;

	private final RowInsert<Row> rows;

	private final String hub;

	OutboxTable(JdbcTemplate jdbc, Dialect dialect, String hub) {
		this.jdbc = jdbc;
		this.rows = new RowInsert<>(jdbc, dialect, "durable_outbox",
				List.of(Column.text("hub", (row) -> hub), Column.text("id", Row::id), Column.time("due_at", Row::dueAt),
						Column.time("claimed_until", Row::claimedUntil), Column.text("messages", Row::messages)));
		this.hub = hub;
	}

	static Row row(OutboxEntry entry, MessageCodec codec) {
		return new Row(entry.id(), entry.dueAt(), entry.claimedUntil(), codec.writeAll(entry.messages()));
	}

	void insert(List<Row> rows) {
		this.rows.insert(rows);
	}

	void addTo(AtomicStatement statement, List<Row> rows) {
		this.rows.addTo(statement, rows);
	}

	/**
	 * Removes entries by a part of a statement.
	 */
	void addRemovalTo(AtomicStatement statement, List<String> ids) {
		if (!ids.isEmpty()) {
			statement.part(REMOVE_ANY, (parameters, from) -> {
				parameters.setString(from, this.hub);
				parameters.setArray(from + 1, parameters.getConnection().createArrayOf("text", ids.toArray()));
				return from + 2;
			});
		}
	}

	void remove(Collection<String> ids) {
		for (InList list : InList.of(ids)) {
			this.jdbc.update(REMOVE + list.marks(), list.after(this.hub));
		}
	}

	/**
	 * Removes an entry that is not due yet.
	 * @return whether there was one
	 */
	boolean removeIfLater(String id, Instant now) {
		return this.jdbc.update(REMOVE_IF_LATER, this.hub, id, SqlTime.of(now)) == 1;
	}

	/**
	 * An entry with its messages encoded.
	 */
	record Row(String id, Instant dueAt, @Nullable Instant claimedUntil, String messages) {
	}

}
