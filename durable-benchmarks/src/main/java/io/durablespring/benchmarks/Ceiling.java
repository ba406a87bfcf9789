package io.durablespring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * No engine but the least that has to be done for the programs with Kafka and PostgreSQL:
 * what an engine can be measured against. Knows only these programs, keeps everything in
 * memory while it runs and recovers nothing; what it writes and sends is what an engine
 * would have to: history, status and messages, each as durable as an engine needs it.
 */
final class Ceiling implements Contender {

	private static final int BULK = 500;

	private final HikariDataSource database;

	private final CeilingTables tables;

	private final CeilingTopics topics;

	private final KafkaProducer<String, String> producer;

	private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

	private final List<CeilingLoop> loops;

	Ceiling(Settings settings, LongAdder steps) throws Exception {
		HikariConfig pool = new HikariConfig();
		pool.setJdbcUrl(Databases.url(settings, "ceiling"));
		pool.setAutoCommit(false);
		this.database = new HikariDataSource(pool);
		this.tables = new CeilingTables(this.database);
		this.tables.create();
		String broker = settings.required("broker");
		this.topics = CeilingTopics.create(broker, settings.required("workload"));
		Properties properties = new Properties();
		properties.put("bootstrap.servers", broker);
		properties.put("acks", "all");
		properties.put("enable.idempotence", "true");
		properties.put("linger.ms", "0");
		this.producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
		this.loops = List.of(
				new CeilingLoop(broker, this.topics.orchestrations(), this.topics, this.producer,
						new CeilingOrchestrations(this.tables, this::ended)),
				new CeilingLoop(broker, this.topics.activities(), this.topics, this.producer,
						new CeilingActivities(steps)));
		this.loops.forEach(CeilingLoop::start);
		for (CeilingLoop loop : this.loops) {
			loop.awaitAssignment();
		}
	}

	@Override
	public boolean runs(Program program) {
		return switch (program) {
			case HELLO3, HELLO5, SEQUENCE, FANOUT, JOB -> true;
			case TIMER, EVENTS, ECHO -> false;
		};
	}

	@Override
	public void start(Job job) throws Exception {
		this.waiting.put(job.id(), new CompletableFuture<>());
		this.tables.insertInstances(List.of(job));
		send(job);
	}

	@Override
	public void startAll(List<Job> jobs) throws Exception {
		for (int from = 0; from < jobs.size(); from += BULK) {
			List<Job> some = new ArrayList<>(jobs.subList(from, Math.min(jobs.size(), from + BULK)));
			this.tables.insertInstances(some);
			some.forEach(this::send);
		}
	}

	private void send(Job job) {
		this.producer.send(this.topics.record(CeilingMessage.start(job)));
	}

	private void ended(String id, String output) {
		CompletableFuture<String> waits = this.waiting.remove(id);
		if (waits != null) {
			waits.complete(output);
		}
	}

	@Override
	public String await(Job job) throws Exception {
		CompletableFuture<String> waits = this.waiting.get(job.id());
		return (waits != null) ? waits.get(10, TimeUnit.MINUTES) : Objects.requireNonNull(this.tables.output(job.id()));
	}

	@Override
	public long completed(String prefix, String output) throws Exception {
		return Databases.count(this.database,
				"select count(*) from instance where status = 'COMPLETED' and starts_with(id, ?) and output = ?",
				prefix, output);
	}

	@Override
	public void close() {
		this.loops.forEach(CeilingLoop::close);
		this.producer.close();
		this.database.close();
	}

}
