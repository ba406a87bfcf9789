package io.durablespring.jpa;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoredPayload;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ParameterizedPreparedStatementSetter;

/**
 * Large values in {@code durable_payload}, a row for each holder that has one.
 */
final class PayloadTable {

	/** The database's clock: rows are only ever compared with times long ago. */
	private static final String INSERT = """
			INSERT INTO durable_payload (hub, id, instance_id, holder, content, created_at)
			VALUES (?, ?, ?, ?, ?, CURRENT_TIMESTAMP)""";

	private static final String UPDATE = """
			UPDATE durable_payload SET content = ?, created_at = CURRENT_TIMESTAMP
			WHERE hub = ? AND instance_id = ? AND holder = ? AND id = ?""";

	private static final String SELECT = "SELECT content FROM durable_payload WHERE hub = ? AND id = ? LIMIT 1";

	/** What is on its way is for whichever instance has the id when it arrives. */
	private static final String DELETE = """
			DELETE FROM durable_payload WHERE hub = ? AND holder NOT LIKE 'event:%' AND instance_id IN\s""";

	private static final String DELETE_HOLDER = """
			DELETE FROM durable_payload WHERE hub = ? AND instance_id = ? AND holder = ?""";

	private static final String DELETE_UNUSED = """
			DELETE FROM durable_payload WHERE hub = ? AND instance_id = ? AND holder = '' AND id = ?""";

	private static final String DELETE_CALLS = """
			DELETE FROM durable_payload WHERE hub = ? AND instance_id = ? AND LEFT(holder, ?) = ?""";

	/** An event's values have ids of their own: there is no such row of the history. */
	private static final String GIVE_TO_HISTORY = """
			UPDATE durable_payload SET holder = '' WHERE hub = ? AND instance_id = ? AND holder = ?""";

	private static final String COPY_FROM_HISTORY = """
			INSERT INTO durable_payload (hub, id, instance_id, holder, content, created_at)
			SELECT hub, id, instance_id, ?, content, CURRENT_TIMESTAMP FROM durable_payload
			WHERE hub = ? AND instance_id = ? AND holder = '' AND id = ?""";

	private static final String DELETE_ORPHANS = """
			DELETE FROM durable_payload WHERE hub = ? AND created_at < ? AND NOT EXISTS (
			SELECT 1 FROM durable_instance i WHERE i.hub = durable_payload.hub AND i.id = durable_payload.instance_id
			AND (durable_payload.holder NOT LIKE 'event:%'
			OR i.status NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')))""";

	private static final Comparator<PayloadHolder> HOLDERS = Comparator.comparing(PayloadHolder::instanceId)
		.thenComparing(PayloadHolder::name);

	private static final Comparator<Key> LOCK_ORDER = Comparator.comparing(Key::holder, HOLDERS).thenComparing(Key::id);

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	private final String hub;

	PayloadTable(JdbcTemplate jdbc, Dialect dialect, String hub) {
		this.jdbc = jdbc;
		this.dialect = dialect;
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
		payloads.forEach((payload) -> rows.put(new Key(payload.holder(), payload.id()), payload));
		insertUnlessPresent(INSERT, rows.values(), this::setRow);
	}

	/**
	 * Stores a value in place of the one before.
	 */
	void replace(StoredPayload payload) {
		int replaced = this.jdbc.update(UPDATE, payload.json(), this.hub, payload.holder().instanceId(),
				payload.holder().name(), payload.id());
		if (replaced == 0) {
			insert(List.of(payload));
		}
	}

	private <T> void insertUnlessPresent(String insert, Collection<T> rows,
			ParameterizedPreparedStatementSetter<T> values) {
		String sql = this.dialect.insertUnlessPresent(insert);
		if (this.dialect.passesOverPresent()) {
			this.jdbc.batchUpdate(sql, rows, rows.size(), values);
			return;
		}
		for (T row : rows) {
			try {
				this.jdbc.update(sql, (statement) -> values.setValues(statement, row));
			}
			catch (DuplicateKeyException ex) {
				// An id stands for one value only: it is the same one.
			}
		}
	}

	private void setRow(PreparedStatement statement, StoredPayload payload) throws SQLException {
		statement.setString(1, this.hub);
		statement.setString(2, payload.id());
		statement.setString(3, payload.holder().instanceId());
		statement.setString(4, payload.holder().name());
		statement.setString(5, payload.json());
	}

	/**
	 * Reads a value. Any holder's row will do: an id stands for one value only.
	 */
	Optional<String> find(String id) {
		return this.jdbc.queryForList(SELECT, String.class, this.hub, id).stream().findFirst();
	}

	/**
	 * Removes all values of instances, but for those on their way.
	 */
	void delete(Collection<String> instanceIds) {
		for (InList list : InList.of(instanceIds)) {
			this.jdbc.update(DELETE + list.marks(), list.after(this.hub));
		}
	}

	/**
	 * Removes all values of holders.
	 */
	void deleteHolders(Collection<PayloadHolder> holders) {
		update(DELETE_HOLDER, holders.stream().distinct().sorted(HOLDERS).toList(), this::setHolder);
	}

	/**
	 * Does what steps ask for. What none asks for costs no statement.
	 */
	void change(Collection<StepCommit> steps) {
		Changes changes = new Changes();
		steps.forEach(changes::add);
		update(GIVE_TO_HISTORY, changes.arrived, this::setHolder);
		deleteHolders(changes.released);
		update(DELETE_CALLS, changes.ended, (statement, calls) -> {
			statement.setString(1, this.hub);
			statement.setString(2, calls.instanceId());
			statement.setInt(3, calls.name().length());
			statement.setString(4, calls.name());
		});
		if (!changes.left.isEmpty()) {
			// An activity that returns what it was given may store it at the same time.
			insertUnlessPresent(COPY_FROM_HISTORY, changes.left, (statement, left) -> {
				statement.setString(1, left.holder().name());
				statement.setString(2, this.hub);
				statement.setString(3, left.holder().instanceId());
				statement.setString(4, left.id());
			});
		}
		update(DELETE_UNUSED, changes.unused, (statement, key) -> {
			statement.setString(1, this.hub);
			statement.setString(2, key.holder().instanceId());
			statement.setString(3, key.id());
		});
	}

	private void setHolder(PreparedStatement statement, PayloadHolder holder) throws SQLException {
		statement.setString(1, this.hub);
		statement.setString(2, holder.instanceId());
		statement.setString(3, holder.name());
	}

	private <T> void update(String sql, List<T> rows, ParameterizedPreparedStatementSetter<T> values) {
		if (!rows.isEmpty()) {
			this.jdbc.batchUpdate(sql, rows, rows.size(), values);
		}
	}

	/**
	 * Removes values whose instance is gone, and those that no instance will take in.
	 * @param before only those that were stored before this time: a message on its way
	 * may start the instance
	 */
	void deleteOrphans(Instant before) {
		this.jdbc.update(DELETE_ORPHANS, this.hub, SqlTime.of(before));
	}

	/**
	 * A value of a holder.
	 */
	private record Key(PayloadHolder holder, String id) {
	}

	/**
	 * What becomes of the values of the instances of a batch, instances in order.
	 */
	private static final class Changes {

		private final List<PayloadHolder> arrived = new ArrayList<>();

		private final List<PayloadHolder> released = new ArrayList<>();

		/** With what the names begin. */
		private final List<PayloadHolder> ended = new ArrayList<>();

		private final List<Key> left = new ArrayList<>();

		private final List<Key> unused = new ArrayList<>();

		void add(StepCommit step) {
			StepCommit.PayloadChange change = step.history().payloads();
			String instanceId = step.head().id();
			change.arrived().forEach((name) -> this.arrived.add(new PayloadHolder(instanceId, name)));
			change.released().forEach((name) -> this.released.add(new PayloadHolder(instanceId, name)));
			if (change.ended() != null) {
				this.ended.add(new PayloadHolder(instanceId, PayloadHolder.calls(change.ended())));
			}
			change.left()
				.forEach((value) -> this.left.add(new Key(new PayloadHolder(instanceId, value.holder()), value.id())));
			change.unused().forEach((id) -> this.unused.add(new Key(PayloadHolder.history(instanceId), id)));
		}

	}

}
