package io.durablespring.jpa;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.zaxxer.hikari.HikariDataSource;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.Reuse;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import io.durablespring.test.StoreUnderTest;
import jakarta.persistence.RollbackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.transaction.TransactionSystemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the store does when the database or its rows are not as they should be.
 */
class StoreFaultTests {

	private static final Instant T0 = Instant.parse("2026-03-29T01:30:00.123456Z");

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void aTextThatIsTooLongIsAFaultOfTheData(String platform) {
		StoreUnderTest store = TestDatabase.of(platform).store();
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> create(store, "i".repeat(300)));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> enqueue(store, "e".repeat(101)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void anEntryThatCannotBeReadIsLeftOutAndStays(String platform) {
		TestDatabase database = TestDatabase.of(platform);
		String hub = UUID.randomUUID().toString();
		StoreUnderTest store = database.store(database.jpaTransactions(), hub);
		List.of("broken", "newer", "fine").forEach((id) -> enqueue(store, id));
		JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
		jdbc.update("UPDATE durable_outbox SET messages = '{' WHERE hub = ? AND id = 'broken'", hub);
		jdbc.update("UPDATE durable_outbox SET messages = REPLACE(messages, 'TimerFired', 'TimerMelted') "
				+ "WHERE hub = ? AND id = 'newer'", hub);
		assertThat(store.outbox().claim(T0.plusSeconds(1), T0, T0.plusSeconds(9), 10)).extracting(OutboxEntry::id)
			.containsExactly("fine");
		store.outbox().remove(List.of("fine"));
		assertThat(store.outbox().oldestUnsent(T0, Set.of())).contains(T0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void aHistoryThatCannotBeReadDoesNotHideOthers(String platform) {
		TestDatabase database = TestDatabase.of(platform);
		String hub = UUID.randomUUID().toString();
		StoreUnderTest store = database.store(database.jpaTransactions(), hub);
		for (String id : List.of("a", "b")) {
			create(store, id);
			store.store()
				.commit(new StepBatch(List.of(step(head(store, id), new HistoryEvent.TimerFired(T0, 1))), "b-" + id, T0,
						T0, List.of()));
		}
		new JdbcTemplate(database.dataSource())
			.update("UPDATE durable_history SET event_type = 'TimerMelted' WHERE hub = ? AND instance_id = 'a'", hub);
		OrchestrationStore.Histories histories = store.store().histories(store.store().load(List.of("a", "b")));
		assertThat(histories.readable()).isEqualTo(Map.of("b", List.of(new HistoryEvent.TimerFired(T0, 1))));
		assertThat(histories.unreadable()).containsOnlyKeys("a");
		assertThat(histories.unreadable().get("a").length()).isOne();
		assertThat(histories.unreadable().get("a").lastTimestamp()).isEqualTo(T0);
		assertThat(histories.unreadable().get("a").problem()).startsWith("Event 0, TimerMelted: Unknown history event");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void historySaysWhichTaskAnEventIsAbout(String platform) {
		TestDatabase database = TestDatabase.of(platform);
		String hub = UUID.randomUUID().toString();
		StoreUnderTest store = database.store(database.jpaTransactions(), hub);
		create(store, "a");
		store.store()
			.commit(new StepBatch(
					List.of(step(head(store, "a"), new HistoryEvent.OrchestratorStarted(T0),
							new HistoryEvent.TaskScheduled(T0, 7, "charge", null, null, null),
							new HistoryEvent.TaskCompleted(T0, 7, null), new HistoryEvent.PatchMarked(T0, "p"))),
					"b", T0, T0, List.of()));
		assertThat(new JdbcTemplate(database.dataSource()).queryForList(
				"SELECT task_id FROM durable_history WHERE hub = ? ORDER BY sequence_number", Integer.class, hub))
			.containsExactly(null, 7, 7, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void aLargeValueWaitsForItsInstanceUntilItIsOld(String platform) {
		StoreUnderTest store = TestDatabase.of(platform).store();
		store.store().savePayloads(List.of(new StoredPayload(PayloadHolder.history("not-yet"), "d", "1")));
		store.store().forgetReceived(Instant.EPOCH);
		assertThat(store.queries().payload("d")).contains("1");
		create(store, "not-yet");
		store.store().forgetReceived(Instant.parse("9000-01-01T00:00:00Z"));
		assertThat(store.queries().payload("d")).contains("1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void hubsSeeNothingOfEachOther(String platform) {
		StoreUnderTest one = TestDatabase.of(platform).store();
		StoreUnderTest other = TestDatabase.of(platform).store();
		create(one, "a");
		assertThat(other.store().load(List.of("a"))).isEmpty();
		assertThat(other.queries().find("a")).isEmpty();
		assertThat(other.queries().counts()).isEmpty();
		assertThat(other.outbox().claim(T0.plusSeconds(1), T0, T0.plusSeconds(9), 10)).isEmpty();
		create(other, "a");
		assertThat(one.store().commit(new StepBatch(List.of(step(head(one, "a"))), "b", T0, T0, List.of())).leftOut())
			.isEmpty();
		one.store().savePayloads(List.of(new StoredPayload(PayloadHolder.history("a"), "d", "1")));
		assertThat(other.queries().payload("d")).isEmpty();
		assertThat(other.store().purge(List.of(head(one, "a")))).isZero();
		assertThat(head(other, "a").status()).isEqualTo(InstanceStatus.PENDING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void timesDoNotDependOnTheTimeZone(String platform) {
		StoreUnderTest store = TestDatabase.of(platform).store();
		TimeZone before = TimeZone.getDefault();
		try {
			// T0 is within the hour that does not exist in Berlin.
			TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
			create(store, "a");
			TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
			assertThat(store.queries().find("a").orElseThrow().createdAt()).isEqualTo(T0);
			assertThat(store.outbox().oldestUnsent(T0, Set.of())).contains(T0);
			assertThat(store.outbox().claim(T0.plusNanos(1000), T0, T0, 1)).singleElement()
				.satisfies((entry) -> assertThat(entry.dueAt()).isEqualTo(T0));
		}
		finally {
			TimeZone.setDefault(before);
		}
	}

	@Test
	void aDatabaseThatIsGoneIsUnavailable() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(TestDatabase.h2Url());
		TestDatabase database = new TestDatabase(pool, "h2");
		StoreUnderTest jpa = database.store();
		StoreUnderTest jdbc = database.store(new JdbcTransactionManager(pool), "hub");
		create(jpa, "a");
		InstanceHead head = head(jpa, "a");
		new JdbcTemplate(pool).execute("SHUTDOWN");
		pool.close();
		for (StoreUnderTest store : List.of(jpa, jdbc)) {
			unavailable(() -> create(store, "b"));
			unavailable(() -> enqueue(store, "e"));
			unavailable(() -> store.store().load(List.of("a")));
			unavailable(() -> store.store().histories(List.of(head)));
			unavailable(() -> store.store().received(List.of("a")));
			unavailable(() -> store.store().forgetReceived(T0));
			unavailable(() -> store.store().purge(List.of(head)));
			unavailable(
					() -> store.store().savePayloads(List.of(new StoredPayload(PayloadHolder.history("a"), "d", "1"))));
			unavailable(() -> store.store().commit(new StepBatch(List.of(step(head)), "b", T0, T0, List.of())));
			unavailable(() -> store.outbox().claim(T0, T0, T0, 1));
			unavailable(() -> store.outbox().extend(List.of("e"), T0));
			unavailable(() -> store.outbox().remove(List.of("e")));
			unavailable(() -> store.outbox().oldestUnsent(T0, Set.of()));
			unavailable(() -> store.queries().find("a"));
			unavailable(() -> store.queries().counts());
			unavailable(() -> store.queries().children(List.of("a")));
			unavailable(() -> store.queries().payload("d"));
		}
	}

	@Test
	void aServerThatEndsConnectionsIsUnavailableAndThenBack() {
		TestDatabase database = TestDatabase.postgresql();
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(TestDatabase.postgresqlUrl());
		pool.setMaximumPoolSize(1);
		StoreUnderTest store = new TestDatabase(pool, "postgresql").store();
		create(store, "a");
		AtomicBoolean asked = new AtomicBoolean();
		assertThatException().isThrownBy(() -> store.transactions().commit(() -> {
			int pid = new JdbcTemplate(pool).queryForObject("SELECT pg_backend_pid()", Integer.class);
			new JdbcTemplate(database.dataSource()).queryForList("SELECT pg_terminate_backend(?, 10000)", pid);
			unavailable(() -> create(store, "b"));
			asked.set(true);
		}));
		assertThat(asked).isTrue();
		assertThat(store.store().load(List.of("a", "b"))).extracting(InstanceHead::id).containsExactly("a");
		create(store, "b");
		pool.close();
	}

	@Test
	void whoWaitsForSomebodysTransactionHoldsUpNobodyElse() throws Exception {
		StoreUnderTest store = TestDatabase.postgresql().store();
		CountDownLatch created = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		ExecutorService threads = Executors.newCachedThreadPool();
		try {
			Future<?> slow = threads.submit(() -> store.transactions().rollBack(() -> {
				create(store, "x");
				created.countDown();
				awaitQuietly(mayEnd);
			}));
			assertThat(created.await(20, TimeUnit.SECONDS)).isTrue();
			Future<?> waiting = threads.submit(() -> create(store, "x"));
			for (int i = 0; i < 20; i++) {
				String id = "e" + i;
				threads.submit(() -> enqueue(store, id)).get(20, TimeUnit.SECONDS);
			}
			assertThat(waiting.isDone()).isFalse();
			mayEnd.countDown();
			slow.get(20, TimeUnit.SECONDS);
			waiting.get(20, TimeUnit.SECONDS);
			assertThat(store.store().load(List.of("x"))).hasSize(1);
		}
		finally {
			mayEnd.countDown();
			threads.shutdownNow();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void aHistoryThatIsNestedTooDeeplyDoesNotHideOthers() {
		TestDatabase database = TestDatabase.of("h2");
		String hub = UUID.randomUUID().toString();
		StoreUnderTest store = database.store(database.jpaTransactions(), hub);
		for (String id : List.of("a", "b")) {
			create(store, id);
			store.store()
				.commit(new StepBatch(List.of(step(head(store, id), new HistoryEvent.TimerFired(T0, 1))), "b-" + id, T0,
						T0, List.of()));
		}
		String deep = "{\"failure\":" + "{\"cause\":".repeat(50_000) + "{}" + "}".repeat(50_001);
		new JdbcTemplate(database.dataSource()).update(
				"UPDATE durable_history SET event_type = 'TaskFailed', payload = ? WHERE hub = ? AND instance_id = 'a'",
				deep, hub);
		OrchestrationStore.Histories histories = store.store().histories(store.store().load(List.of("a", "b")));
		assertThat(histories.readable()).containsOnlyKeys("b");
		assertThat(histories.unreadable().get("a").problem()).contains("nested too deeply");
	}

	@Test
	void aMissingTableCondemnsNoInstance() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(TestDatabase.h2Url());
		StoreUnderTest store = new TestDatabase(pool, "h2").store();
		create(store, "a");
		InstanceHead head = head(store, "a");
		new JdbcTemplate(pool).execute("DROP TABLE durable_history");
		unavailable(() -> store.store()
			.commit(new StepBatch(List.of(step(head, new HistoryEvent.TimerFired(T0, 1))), "b", T0, T0, List.of())));
		assertThat(head(store, "a")).isEqualTo(head);
		pool.close();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			PostgreSQL, 53100, 0
			PostgreSQL, 53200, 0
			PostgreSQL, 57P01, 0
			PostgreSQL, 58030, 0
			MySQL, HY000, 1021
			MySQL, HY000, 1114
			H2, 90028, 90028
			H2, 90031, 90031
			""")
	void aDatabaseWithoutSpaceOrMemoryCondemnsNoInstance(String product, String state, int code) {
		SQLException full = new SQLException("No space left on device", state, code);
		SQLException batch = new BatchUpdateException("Batch entry 0 was aborted", state, code, new int[0], full);
		DataAccessException translated = new SQLErrorCodeSQLExceptionTranslator(product).translate("commit", "INSERT",
				batch);
		// As a batch reports it, and as a transaction does at its end.
		for (RuntimeException failure : List.of(
				(translated != null) ? translated : new UncategorizedSQLException("commit", "INSERT", batch),
				new TransactionSystemException("JDBC commit failed", full),
				new RollbackException("Error while committing the transaction", full))) {
			unavailable(() -> StoreTransactions.translating("commit", () -> {
				throw failure;
			}));
		}
	}

	private static void unavailable(Runnable work) {
		assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(work::run);
	}

	private static void create(StoreUnderTest store, String id) {
		HistoryEvent.ExecutionStarted started = new HistoryEvent.ExecutionStarted(T0, "order", null, null, Map.of(),
				null);
		store.store()
			.create(new NewInstance(id, "x", started, null, List.of()),
					List.of(entry(UUID.randomUUID().toString(), id)),
					new Reuse(IdReusePolicy.REPLACE_FINISHED, (replaced, children) -> List.of()), () -> {
					});
	}

	private static void enqueue(StoreUnderTest store, String entryId) {
		store.store().enqueue(entry(entryId, "a"), List.of(), () -> {
		});
	}

	private static OutboxEntry entry(String id, String instanceId) {
		return new OutboxEntry(id, T0, null,
				List.of(new Message.ToOrchestration("m", instanceId, "x", new HistoryEvent.TimerFired(T0, 1))));
	}

	private static InstanceHead head(StoreUnderTest store, String id) {
		return store.store().load(List.of(id)).get(0);
	}

	private static StepCommit step(InstanceHead head, HistoryEvent... events) {
		return new StepCommit(head, T0, new StepCommit.State(InstanceStatus.RUNNING, true, null, null, null, null),
				StepCommit.HistoryChange.of(head.executionId(), 0, List.of(events)), StepCommit.Outgoing.nothing(),
				List.of());
	}

}
