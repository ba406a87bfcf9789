package io.durablespring.jpa;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Ids of received messages in {@code durable_inbox}.
 */
final class InboxTable {

	private static final String SELECT = "SELECT message_id FROM durable_inbox WHERE hub = ? AND message_id IN ";

	private static final String LOOK_UP = Lookup
		.of("SELECT message_id FROM durable_inbox WHERE hub = ? AND message_id = wanted.key1", 1);

	private static final String INSERT = """
			INSERT INTO durable_inbox (hub, message_id, received_at) VALUES (?, ?, ?)""";

	private static final String FORGET = "DELETE FROM durable_inbox WHERE hub = ? AND received_at < ?";

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	private final RowInsert<Row> rows;

	private final String insertUnlessPresent;

	private final String hub;

	InboxTable(JdbcTemplate jdbc, Dialect dialect, String hub) {
		this.jdbc = jdbc;
		this.dialect = dialect;
		this.rows = new RowInsert<>(jdbc, dialect, "durable_inbox", List.of(Column.text("hub", (row) -> hub),
				Column.text("message_id", Row::messageId), Column.time("received_at", Row::receivedAt)));
		this.insertUnlessPresent = dialect.insertUnlessPresent(INSERT);
		this.hub = hub;
	}

	Set<String> received(Collection<String> messageIds) {
		Set<String> received = new HashSet<>();
		if (this.dialect.takesArrays()) {
			this.jdbc.query(LOOK_UP, Lookup.parameters(this.hub, Set.copyOf(messageIds)),
					(RowCallbackHandler) (row) -> received.add(row.getString(1)));
			return received;
		}
		for (InList list : InList.of(messageIds)) {
			received.addAll(this.jdbc.queryForList(SELECT + list.marks(), String.class, list.after(this.hub)));
		}
		return received;
	}

	void insert(List<Row> rows) {
		this.rows.insert(rows);
	}

	void addTo(AtomicStatement statement, List<Row> rows) {
		this.rows.addTo(statement, rows);
	}

	/**
	 * Adds a message, and waits for another transaction that is about to.
	 * @return whether it was not there
	 */
	boolean insertUnlessPresent(Row row) {
		try {
			return this.jdbc.update(this.insertUnlessPresent, this.hub, row.messageId(),
					SqlTime.of(row.receivedAt())) == 1;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	int forget(Instant before) {
		return this.jdbc.update(FORGET, this.hub, SqlTime.of(before));
	}

	/**
	 * A message that was received.
	 */
	record Row(String messageId, Instant receivedAt) {
	}

}
