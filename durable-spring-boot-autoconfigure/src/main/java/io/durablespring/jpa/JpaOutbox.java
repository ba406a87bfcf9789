package io.durablespring.jpa;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
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
import org.springframework.jdbc.core.ResultSetExtractor;
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

	/** In characters; a row may have the messages of a whole batch. */
	private static final long CLAIMED_AT_ONCE = 4 * 1024 * 1024;

	private static final int FETCHED_AT_ONCE = 20;

	private static final String EXTEND = "UPDATE durable_outbox SET claimed_until = ? WHERE hub = ? AND id IN ";

	private static final String OLDEST = """
			SELECT id, due_at FROM durable_outbox WHERE hub = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?""";

	private final JdbcTemplate jdbc;

	private final JdbcTemplate rows;

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
		this.rows = new JdbcTemplate(dataSource);
		// Otherwise the driver would read all rows before the first one is looked at.
		this.rows.setFetchSize(FETCHED_AT_ONCE);
		this.transactions = new StoreTransactions(transactionManager);
		this.table = new OutboxTable(this.jdbc, Dialect.of(dataSource), hub);
		this.codec = new MessageCodec(codec);
		this.hub = hub;
	}

	@Override
	public List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit) {
		List<OutboxTable.Row> rows = this.transactions.inOwn("claim outbox entries", () -> {
			List<OutboxTable.Row> claimable = this.rows.query(CLAIMABLE,
					(ResultSetExtractor<List<OutboxTable.Row>>) (row) -> rows(row, claimedUntil), this.hub,
					SqlTime.of(dueBefore), SqlTime.of(now), limit);
			setClaim(claimable.stream().map(OutboxTable.Row::id).toList(), claimedUntil);
			return claimable;
		});
		return rows.stream().map(this::entry).filter(Objects::nonNull).toList();
	}

	/** What is not read is not claimed: its lock ends with the transaction. */
	private static List<OutboxTable.Row> rows(ResultSet claimable, Instant claimedUntil) throws SQLException {
		List<OutboxTable.Row> rows = new ArrayList<>();
		for (long size = 0; size < CLAIMED_AT_ONCE
				&& claimable.next(); size += rows.get(rows.size() - 1).messages().length()) {
			rows.add(row(claimable, claimedUntil));
		}
		return rows;
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
