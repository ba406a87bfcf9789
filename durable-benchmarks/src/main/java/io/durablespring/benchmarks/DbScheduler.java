package io.durablespring.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * db-scheduler, which has jobs of one step and keeps no result: it deletes what is done.
 * Set up for throughput, as its documentation says.
 */
final class DbScheduler implements Contender {

	private static final int BULK = 500;

	private final HikariDataSource database;

	private final LongAdder steps;

	private final OneTimeTask<String> greet;

	private final OneTimeTask<String> wake;

	private final Scheduler scheduler;

	private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

	private final Map<String, LongAdder> started = new ConcurrentHashMap<>();

	DbScheduler(Settings settings, LongAdder steps) throws Exception {
		this.steps = steps;
		HikariConfig pool = new HikariConfig();
		pool.setJdbcUrl(Databases.url(settings, "db-scheduler"));
		pool.setMaximumPoolSize(32);
		this.database = new HikariDataSource(pool);
		createTable();
		this.greet = task("greet", Program.JOB);
		this.wake = task("wake", Program.TIMER);
		this.scheduler = Scheduler.create(this.database, this.greet, this.wake)
			.threads(20)
			.pollUsingLockAndFetch(1.0, 4.0)
			.pollingInterval(Duration.ofMillis(100))
			.enableImmediateExecution()
			.build();
		this.scheduler.start();
	}

	private OneTimeTask<String> task(String name, Program program) {
		return Tasks.oneTime(name, String.class).execute((instance, context) -> {
			String output = program.output(0);
			this.steps.increment();
			CompletableFuture<String> waits = this.waiting.remove(instance.getId());
			if (waits != null) {
				waits.complete(output);
			}
		});
	}

	private void createTable() throws SQLException {
		try (Connection connection = this.database.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("""
					create table if not exists scheduled_tasks (
						task_name text not null, task_instance text not null, task_data bytea,
						execution_time timestamp with time zone not null, picked boolean not null, picked_by text,
						last_success timestamp with time zone, last_failure timestamp with time zone,
						consecutive_failures integer, last_heartbeat timestamp with time zone,
						version bigint not null, priority smallint, primary key (task_name, task_instance));
					create index if not exists execution_time_idx on scheduled_tasks (execution_time);
					create index if not exists last_heartbeat_idx on scheduled_tasks (last_heartbeat)
					""");
		}
	}

	@Override
	public boolean runs(Program program) {
		return program == Program.JOB || program == Program.TIMER;
	}

	@Override
	public void start(Job job) {
		this.waiting.put(job.id(), new CompletableFuture<>());
		this.scheduler.schedule(instance(job), time(job));
	}

	private TaskInstance<String> instance(Job job) {
		String prefix = job.id().substring(0, job.id().lastIndexOf('-') + 1);
		this.started.computeIfAbsent(prefix, (name) -> new LongAdder()).increment();
		return ((job.program() == Program.TIMER) ? this.wake : this.greet).instance(job.id(), Program.CITIES[0]);
	}

	private static Instant time(Job job) {
		return (job.program() == Program.TIMER) ? Instant.ofEpochSecond(job.size()) : Instant.now();
	}

	@Override
	public void startAll(List<Job> jobs) {
		for (int from = 0; from < jobs.size(); from += BULK) {
			List<Job> some = jobs.subList(from, Math.min(jobs.size(), from + BULK));
			Stream<TaskInstance<?>> instances = some.stream().map(this::instance);
			this.scheduler.scheduleBatch(instances.toList(), time(some.get(0)));
		}
	}

	@Override
	public String await(Job job) throws Exception {
		CompletableFuture<String> waits = this.waiting.get(job.id());
		return (waits != null) ? waits.get(10, TimeUnit.MINUTES) : job.output();
	}

	// What is gone is done; whether all have run, the count of steps tells.
	@Override
	public long completed(String prefix, String output) throws Exception {
		this.waiting.clear();
		long open = Databases.count(this.database,
				"select count(*) from scheduled_tasks where starts_with(task_instance, ?)", prefix);
		LongAdder started = this.started.get(prefix);
		return (started != null) ? started.sum() - open : 0;
	}

	@Override
	public void close() {
		this.scheduler.stop();
		this.database.close();
	}

}
