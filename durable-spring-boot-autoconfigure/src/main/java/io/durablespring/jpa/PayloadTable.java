package io.durablespring.jpa;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.durablespring.spi.StoredPayload;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Large values in {@code durable_payload}, a row for each instance that has one.
 */
final class PayloadTable {

	/** The database's clock: rows are only ever compared with times long ago. */
	private static final String INSERT = """
			INSERT INTO durable_payload (hub, id, instance_id, content, created_at)
			VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)""";

	private static final String SELECT = "SELECT content FROM durable_payload WHERE hub = ? AND id = ? LIMIT 1";

	private static final String DELETE = "DELETE FROM durable_payload WHERE hub = ? AND instance_id IN ";

	private static final String DELETE_ONE = """
			DELETE FROM durable_payload WHERE hub = ? AND instance_id = ? AND id = ?""";

	private static final String DELETE_ORPHANS = """
			DELETE FROM durable_payload WHERE hub = ? AND created_at < ? AND NOT EXISTS (
			SELECT 1 FROM durable_instance i WHERE i.hub = durable_payload.hub AND i.id = durable_payload.instance_id)""";

	private static final Comparator<Key> LOCK_ORDER = Comparator.comparing(Key::instanceId).thenComparing(Key::id);

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	private final String insert;

	private final String hub;

	PayloadTable(JdbcTemplate jdbc, Dialect dialect, String hub) {
		this.jdbc = jdbc;
		this.dialect = dialect;
		this.insert = dialect.insertUnlessPresent(INSERT);
		this.hub = hub;
	}

	/**
	 * Stores values; what is stored already stays.
	 */
	void insert(Collection<StoredPayload> payloads) {
		if (payloads.isEmpty()) {
			return;
		}
		Map<Key, StoredPayload> rows = new TreeMap<>(LOCK_ORDER);
		payloads.forEach((payload) -> rows.put(new Key(payload.instanceId(), payload.id()), payload));
		if (this.dialect.passesOverPresent()) {
			this.jdbc.batchUpdate(this.insert, rows.values(), rows.size(), this::setRow);
		}
		else {
			rows.values().forEach(this::insertOne);
		}
	}

	private void insertOne(StoredPayload payload) {
		try {
			this.jdbc.update(this.insert, (statement) -> setRow(statement, payload));
		}
		catch (DuplicateKeyException ex) {
			// An id stands for one value only: it is the same one.
		}
	}

	private void setRow(PreparedStatement statement, StoredPayload payload) throws SQLException {
		statement.setString(1, this.hub);
		statement.setString(2, payload.id());
		statement.setString(3, payload.instanceId());
		statement.setString(4, payload.json());
	}

	/**
	 * Reads a value. Any owner's row will do: an id stands for one value only.
	 */
	Optional<String> find(String id) {
		return this.jdbc.queryForList(SELECT, String.class, this.hub, id).stream().findFirst();
	}

	/**
	 * Removes all values of instances.
	 */
	void delete(Collection<String> instanceIds) {
		for (InList list : InList.of(instanceIds)) {
			this.jdbc.update(DELETE + list.marks(), list.after(this.hub));
		}
	}

	/**
	 * Removes some values of instances.
	 * @param unused the ids of the values, by instance
	 */
	void delete(Map<String, List<String>> unused) {
		List<Key> keys = unused.entrySet()
			.stream()
			.flatMap((entry) -> entry.getValue().stream().map((id) -> new Key(entry.getKey(), id)))
			.sorted(LOCK_ORDER)
			.toList();
		this.jdbc.batchUpdate(DELETE_ONE, keys, keys.size(), (statement, key) -> {
			statement.setString(1, this.hub);
			statement.setString(2, key.instanceId());
			statement.setString(3, key.id());
		});
	}

	/**
	 * Removes values whose instance is gone.
	 * @param before only those that were stored before this time: a message on its way
	 * may start the instance
	 */
	void deleteOrphans(Instant before) {
		this.jdbc.update(DELETE_ORPHANS, this.hub, SqlTime.of(before));
	}

	/**
	 * A value of an instance.
	 */
	private record Key(String instanceId, String id) {
	}

}
