package io.durablespring.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import dev.dbos.transact.workflow.WorkflowHandle;

/**
 * DBOS Transact on the same PostgreSQL with the settings that suit it best: steps in the
 * process, started directly, not through its queue.
 */
final class Dbos implements Contender {

	private final HikariDataSource database;

	private final DBOS dbos;

	private final DbosPrograms programs;

	private final ManyThreads threads;

	private final Map<String, WorkflowHandle<String, RuntimeException>> running = new ConcurrentHashMap<>();

	Dbos(Settings settings, LongAdder steps) {
		HikariConfig pool = new HikariConfig();
		pool.setJdbcUrl(Databases.url(settings, "dbos"));
		pool.setMaximumPoolSize(settings.size("dbos.pool", 32, 32));
		this.database = new HikariDataSource(pool);
		this.dbos = new DBOS(DBOSConfig.defaults("benchmarks").withDataSource(this.database).withAdminServer(false));
		Programs target = new Programs(this.dbos, steps);
		this.programs = this.dbos.registerProxy(DbosPrograms.class, target);
		target.self = this.programs;
		this.dbos.launch();
		this.threads = new ManyThreads(settings);
	}

	// A sleep holds a thread: before JDK 21 one of fifty for each processor.
	@Override
	public boolean runs(Program program) {
		return program != Program.TIMER;
	}

	// It cannot begin anew: the whole history stays.
	@Override
	public void raise(Job job, int number) {
		this.dbos.send(job.id(), number, Program.EVENT);
	}

	@Override
	public void start(Job job) {
		this.running.put(job.id(), open(job));
	}

	private WorkflowHandle<String, RuntimeException> open(Job job) {
		String text = (job.program() == Program.ECHO) ? Program.text(job.size()) : "";
		return this.dbos.startWorkflow(() -> this.programs.run(job.program().name(), job.size(), text),
				new StartWorkflowOptions(job.id()));
	}

	// It has no bulk start outside its queue, which is slower.
	@Override
	public void startAll(List<Job> jobs) throws Exception {
		this.threads.each(jobs, this::open);
	}

	@Override
	public String await(Job job) {
		return this.running.remove(job.id()).getResult();
	}

	@Override
	public long completed(String prefix, String output) throws Exception {
		this.running.clear();
		return Databases.count(this.database, "select count(*) from dbos.workflow_status where status = 'SUCCESS'"
				+ " and starts_with(workflow_uuid, ?) and strpos(output, ?) > 0", prefix, '"' + output + '"');
	}

	@Override
	public void close() {
		this.dbos.close();
		this.database.close();
	}

	static final class Programs implements DbosPrograms {

		private final DBOS dbos;

		private final LongAdder steps;

		private DbosPrograms self = this;

		Programs(DBOS dbos, LongAdder steps) {
			this.dbos = dbos;
			this.steps = steps;
		}

		@Override
		@Workflow
		public String run(String program, int size, String text) {
			return switch (Program.valueOf(program)) {
				case HELLO3 -> hello(3);
				case HELLO5 -> hello(5);
				case SEQUENCE -> sequence(size);
				case FANOUT -> fanOut(size);
				case JOB -> hello(1);
				case EVENTS -> events(size);
				case ECHO -> String.valueOf(this.dbos.runStep(() -> same(text), "same").length());
				case TIMER -> throw new IllegalArgumentException(program);
			};
		}

		private String hello(int cities) {
			return Arrays.stream(Program.CITIES, 0, cities)
				.map((city) -> this.dbos.runStep(() -> greet(city), "greet"))
				.collect(Collectors.joining(" "));
		}

		private String greet(String city) {
			this.steps.increment();
			return Program.greet(city);
		}

		private String same(String text) {
			this.steps.increment();
			return text;
		}

		private String events(int count) {
			long sum = 0;
			for (int i = 0; i < count; i++) {
				sum += this.dbos.<Integer>recv(Program.EVENT, Duration.ofMinutes(10)).orElseThrow();
			}
			return String.valueOf(sum);
		}

		private String sequence(int length) {
			int sum = 0;
			for (int i = 0; i < length; i++) {
				int before = sum;
				sum = this.dbos.runStep(() -> increment(before), "increment");
			}
			return String.valueOf(sum);
		}

		private int increment(int number) {
			this.steps.increment();
			return number + 1;
		}

		private String fanOut(int width) {
			List<WorkflowHandle<Integer, RuntimeException>> all = IntStream.range(0, width)
				.mapToObj((i) -> this.dbos.<Integer, RuntimeException>startWorkflow(() -> this.self.identity(i)))
				.toList();
			return String.valueOf(all.stream().mapToLong(WorkflowHandle::getResult).sum());
		}

		@Override
		@Workflow
		public int identity(int number) {
			this.steps.increment();
			return number;
		}

	}

}
