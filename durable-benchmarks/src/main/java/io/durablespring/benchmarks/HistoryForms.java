package io.durablespring.benchmarks;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import org.jspecify.annotations.Nullable;

/**
 * What the forms cost in which histories could be stored: the same histories are written,
 * 500 steps a transaction, and read again, by tables of their own.
 */
final class HistoryForms implements Workload {

	private static final int BATCH = 500;

	private static final int STEPS = 4;

	private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456Z");

	@Override
	public String name() {
		return "history";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender instanceof DurableSpring;
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		for (HistoryForm form : HistoryForm.values()) {
			measure(new Bench(bench.contender(), bench.settings(), bench.steps(), Figures.NONE), form, 5000);
		}
	}

	@Override
	public void run(Bench bench) throws Exception {
		int instances = bench.settings().size("history.instances", 20_000, 1000);
		for (HistoryForm form : HistoryForm.values()) {
			measure(bench, form, instances);
		}
	}

	private static void measure(Bench bench, HistoryForm form, int instances) throws Exception {
		String metric = form.name().toLowerCase(Locale.ROOT).replace('_', '-');
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < instances; i++) {
			ids.add(UUID.randomUUID().toString());
		}
		try (Connection connection = ((DurableSpring) bench.contender()).database().getConnection()) {
			connection.setAutoCommit(false);
			create(connection, form);
			long cpu = cpu();
			long begin = System.nanoTime();
			for (int step = 0; step < STEPS; step++) {
				for (int from = 0; from < instances; from += BATCH) {
					insert(connection, form, ids.subList(from, Math.min(instances, from + BATCH)), step);
				}
			}
			double micros = (System.nanoTime() - begin) / 1e3 / instances / STEPS;
			bench.figures().note(metric + "-write", micros, "us/step");
			bench.figures().note(metric + "-write-cpu", (cpu() - cpu) / 1e3 / instances / STEPS, "us/step");
			bench.figures().note(metric + "-size", size(connection) / (double) instances, "bytes/instance");
			begin = System.nanoTime();
			for (int from = 0; from < instances; from += BATCH) {
				read(connection, form, ids.subList(from, Math.min(instances, from + BATCH)));
			}
			bench.figures().note(metric + "-read", (System.nanoTime() - begin) / 1e3 / instances, "us/instance");
		}
	}

	private static void create(Connection connection, HistoryForm form) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("drop table if exists history_form");
			String columns = form.eachEvent()
					? "event_type varchar(100) not null, event_time timestamp(6) with time zone not null, task_id integer,"
					: "";
			statement.execute("create table history_form (hub varchar(100) not null, instance_id varchar(256) not null,"
					+ " execution_id varchar(100) not null, sequence_number integer not null, " + columns + " payload "
					+ form.type() + " not null, primary key (hub, instance_id, execution_id, sequence_number))");
		}
		connection.commit();
	}

	private static void insert(Connection connection, HistoryForm form, List<String> ids, int step)
			throws SQLException {
		List<String> instances = new ArrayList<>();
		List<Integer> sequences = new ArrayList<>();
		List<Object> payloads = new ArrayList<>();
		List<HistoryEvent> written = new ArrayList<>();
		for (String id : ids) {
			int sequence = 3 * step;
			List<HistoryEvent> events = events(step);
			written.addAll(events);
			for (Object row : form.rows(events)) {
				instances.add(id);
				sequences.add(sequence++);
				payloads.add(row);
			}
		}
		String columns = form.eachEvent() ? "type, time, task, " : "";
		String arrays = form.eachEvent() ? "?::text[], ?::timestamptz[], ?::int[], " : "";
		try (PreparedStatement insert = connection.prepareStatement("insert into history_form select 'hub', id, id,"
				+ " number, " + columns + "payload from unnest(?::text[], ?::int[], " + arrays + "?::" + form.type()
				+ "[]) as rows (id, number, " + columns + "payload)")) {
			insert.setArray(1, connection.createArrayOf("text", instances.toArray()));
			insert.setArray(2, connection.createArrayOf("int4", sequences.toArray()));
			int next = form.eachEvent() ? setColumns(insert, connection, written) : 3;
			insert.setArray(next, connection.createArrayOf(form.type(), form.array(payloads)));
			insert.executeUpdate();
		}
		connection.commit();
	}

	private static int setColumns(PreparedStatement insert, Connection connection, List<HistoryEvent> events)
			throws SQLException {
		insert.setArray(3, connection.createArrayOf("text",
				events.stream().map((event) -> HistoryCodec.nameOf(event.getClass())).toArray()));
		insert.setArray(4, connection.createArrayOf("timestamptz",
				events.stream().map((event) -> event.timestamp().toString()).toArray()));
		insert.setArray(5, connection.createArrayOf("int4", events.stream().map(HistoryForms::taskId).toArray()));
		return 6;
	}

	private static @Nullable Integer taskId(HistoryEvent event) {
		return (event instanceof TaskCompleted completed) ? Integer.valueOf(completed.taskId())
				: (event instanceof TaskScheduled scheduled) ? Integer.valueOf(scheduled.taskId()) : null;
	}

	private static List<HistoryEvent> events(int step) {
		Payload value = Payload.of("\"HELLO\"");
		HistoryEvent first = (step == 0) ? new ExecutionStarted(TIME, "hello3", null, Payload.of("0"), Map.of(), null)
				: new TaskCompleted(TIME, step - 1, value);
		HistoryEvent last = (step == STEPS - 1) ? new ExecutionCompleted(TIME, value)
				: new TaskScheduled(TIME, step, "hello", null, value, null);
		return List.of(new OrchestratorStarted(TIME), first, last);
	}

	private static void read(Connection connection, HistoryForm form, List<String> ids) throws SQLException {
		int events = 0;
		try (PreparedStatement select = connection.prepareStatement("select found.payload from unnest(?::text[]) as"
				+ " wanted (id) cross join lateral (select payload from history_form where hub = 'hub' and instance_id ="
				+ " wanted.id and execution_id = wanted.id order by sequence_number offset 0) as found")) {
			select.setArray(1, connection.createArrayOf("text", ids.toArray()));
			try (ResultSet rows = select.executeQuery()) {
				while (rows.next()) {
					events += form.events(rows.getObject(1)).size();
				}
			}
		}
		connection.commit();
		if (events != ids.size() * STEPS * 3) {
			throw new IllegalStateException(events + " events of " + ids.size() + " instances");
		}
	}

	private static long size(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet size = statement.executeQuery("select pg_total_relation_size('history_form')")) {
			size.next();
			return size.getLong(1);
		}
	}

	private static long cpu() {
		return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

}
