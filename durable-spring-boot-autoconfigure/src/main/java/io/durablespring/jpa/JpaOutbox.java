package io.durablespring.jpa;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

import io.durablespring.history.HistoryCodec;
import io.durablespring.history.MessageCodec;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The outbox in {@code durable_outbox}. Every method has a transaction of its own.
 */
public final class JpaOutbox implements Outbox {

	private static final Logger logger = LoggerFactory.getLogger(JpaOutbox.class);

	/** Rows that another node is just claiming are skipped instead of waited for. */
	private static final String CLAIMABLE = """
			SELECT id, due_at, messages FROM durable_outbox
			WHERE hub = ? AND due_at < ? AND (claimed_until IS NULL OR claimed_until < ?)
			ORDER BY due_at, id LIMIT ? FOR UPDATE SKIP LOCKED""";

	private static final String EXTEND = "UPDATE durable_outbox SET claimed_until = ? WHERE hub = ? AND id IN ";

	private static final String OLDEST = """
			SELECT id, due_at FROM durable_outbox WHERE hub = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?""";

	private final JdbcTemplate jdbc;

	private final StoreTransactions transactions;

	private final OutboxTable table;

	private final MessageCodec codec;

	private final String hub;

	/**
	 * Creates an outbox.
	 * @param dataSource the database
	 * @param transactionManager has its transactions on the data source
	 * @param codec how messages are stored
	 * @param hub the task hub
	 */
	public JpaOutbox(DataSource dataSource, PlatformTransactionManager transactionManager, HistoryCodec codec,
			String hub) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.transactions = new StoreTransactions(transactionManager);
		this.table = new OutboxTable(this.jdbc, hub);
		this.codec = new MessageCodec(codec);
		this.hub = hub;
	}

	@Override
	public List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit) {
		List<OutboxTable.Row> rows = this.transactions.inOwn("claim outbox entries", () -> {
			List<OutboxTable.Row> claimable = this.jdbc.query(CLAIMABLE, (row, number) -> row(row, claimedUntil),
					this.hub, SqlTime.of(dueBefore), SqlTime.of(now), limit);
			setClaim(claimable.stream().map(OutboxTable.Row::id).toList(), claimedUntil);
			return claimable;
		});
		return rows.stream().map(this::entry).filter(Objects::nonNull).toList();
	}

	private static OutboxTable.Row row(ResultSet row, Instant claimedUntil) throws SQLException {
		return new OutboxTable.Row(row.getString("id"), SqlTime.get(row, "due_at"), claimedUntil,
				row.getString("messages"));
	}

	private @Nullable OutboxEntry entry(OutboxTable.Row row) {
		try {
			return new OutboxEntry(row.id(), row.dueAt(), row.claimedUntil(), this.codec.readAll(row.messages()));
		}
		catch (RuntimeException ex) {
			// It stays claimed like the others, so that it comes up once in a claim time.
			logger.error("Outbox entry '{}' cannot be read and stays unsent", row.id(), ex);
			return null;
		}
	}

	@Override
	public void extend(Collection<String> entryIds, Instant claimedUntil) {
		if (!entryIds.isEmpty()) {
			this.transactions.inOwn("extend claims of outbox entries", () -> setClaim(entryIds, claimedUntil));
		}
	}

	private int setClaim(Collection<String> entryIds, Instant claimedUntil) {
		return InList.of(entryIds)
			.stream()
			.mapToInt((list) -> this.jdbc.update(EXTEND + list.marks(), list.after(SqlTime.of(claimedUntil), this.hub)))
			.sum();
	}

	@Override
	public void remove(Collection<String> entryIds) {
		if (!entryIds.isEmpty()) {
			this.transactions.inOwn("remove outbox entries", () -> {
				this.table.remove(entryIds);
				return true;
			});
		}
	}

	@Override
	public Optional<Instant> oldestUnsent(Instant now, Set<String> held) {
		// One more than may be left aside: a list of them all has no bounds.
		List<Map.Entry<String, Instant>> oldest = StoreTransactions.translating("look at the outbox",
				() -> this.jdbc.query(OLDEST,
						(row, number) -> Map.entry(row.getString("id"), SqlTime.get(row, "due_at")), this.hub,
						SqlTime.of(now), held.size() + 1));
		return oldest.stream().filter((entry) -> !held.contains(entry.getKey())).findFirst().map(Map.Entry::getValue);
	}

}
