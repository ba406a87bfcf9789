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

	private static final String INSERT = """
			INSERT INTO durable_outbox (hub, id, due_at, claimed_until, messages) VALUES (?, ?, ?, ?, ?)""";

	private static final String REMOVE = "DELETE FROM durable_outbox WHERE hub = ? AND id IN ";

	private static final String REMOVE_IF_LATER = """
			DELETE FROM durable_outbox WHERE hub = ? AND id = ? AND due_at > ?""";

	private final JdbcTemplate jdbc;

	private final String hub;

	OutboxTable(JdbcTemplate jdbc, String hub) {
		this.jdbc = jdbc;
		this.hub = hub;
	}

	static Row row(OutboxEntry entry, MessageCodec codec) {
		return new Row(entry.id(), entry.dueAt(), entry.claimedUntil(), codec.writeAll(entry.messages()));
	}

	void insert(List<Row> rows) {
		if (rows.isEmpty()) {
			return;
		}
		this.jdbc.batchUpdate(INSERT, rows, rows.size(), (statement, row) -> {
			statement.setString(1, this.hub);
			statement.setString(2, row.id());
			SqlTime.set(statement, 3, row.dueAt());
			SqlTime.set(statement, 4, row.claimedUntil());
			statement.setString(5, row.messages());
		});
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
