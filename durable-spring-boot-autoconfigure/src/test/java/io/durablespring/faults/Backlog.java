package io.durablespring.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work that has piled up on a task hub of its own before there was a node, and one node
 * with little memory that gets through it.
 */
final class Backlog implements AutoCloseable {

	private static final Pattern AFTER_COLLECTION = Pattern.compile("->(\\d+)M\\(\\d+M\\)");

	private static final Duration LOOK = Duration.ofSeconds(2);

	private final PrintStream out = System.out;

	private final String name;

	private final Path logs;

	private final List<JavaProcess> processes = new ArrayList<>();

	private Backlog(String name) {
		this.name = name;
		this.logs = FaultServers.DIRECTORY.resolve(name);
	}

	static Backlog on(String name) throws IOException, SQLException {
		Backlog backlog = new Backlog(name);
		Files.createDirectories(backlog.logs);
		FaultServers.DATABASE.create(backlog.databaseName(), null);
		return backlog;
	}

	private String databaseName() {
		return this.name.replace('-', '_');
	}

	/**
	 * Starts instances that nobody runs yet.
	 * @param heap what the process has that starts them, in MB
	 */
	void pileUp(String orchestrator, int starts, int heap) throws SQLException {
		long begin = System.nanoTime();
		JavaProcess starter = process(BacklogStarter.class, "starter", heap, List.of("backlog.starts=" + starts,
				"backlog.orchestrator=" + orchestrator, "durable.client.require-registered-names=false"));
		assertThat(starter.await()).as("the starter's exit code, see %s", this.logs).isZero();
		assertThat(count("select count(*) from durable_instance where status = 'PENDING'")).isEqualTo(starts);
		print("PILED-UP", starts, (System.nanoTime() - begin) / 1e9, "starter");
	}

	/**
	 * Runs all that has piled up.
	 * @param heap what the node has, in MB
	 * @param atMost how long it may take
	 */
	void work(int starts, int heap, Duration atMost, String... properties) throws SQLException {
		JavaProcess node = process(BacklogNode.class, "node", heap, List.of(properties));
		long begin = System.nanoTime();
		long printed = 0;
		long done = 0;
		while (done < starts || count("select count(*) from (select 1 from durable_outbox limit 1) o") > 0) {
			Moments.pass(LOOK);
			done = count("select count(*) from durable_instance where status = 'COMPLETED'");
			double seconds = (System.nanoTime() - begin) / 1e9;
			if (seconds > printed + 30) {
				printed = (long) seconds;
				this.out.printf(Locale.ROOT, "%s: %d of %d after %.0f s, heap after collections up to %d MB%n",
						this.name, done, starts, seconds, heapAfterCollections("node"));
			}
			assertThat(node.isAlive()).as("the node lives, see %s", this.logs).isTrue();
			assertThat(seconds).as("time, after %s of %s", done, starts).isLessThan(atMost.toSeconds());
		}
		double seconds = (System.nanoTime() - begin) / 1e9;
		assertThat(node.stop()).as("the node stops in time, see %s", this.logs).isTrue();
		print("BACKLOG", starts, seconds, "node");
	}

	private void print(String what, int starts, double seconds, String process) {
		this.out.printf(Locale.ROOT, "%s starts=%d seconds=%.0f rate=%.0f heapAfterGcPeakMb=%d%n", what, starts,
				seconds, starts / seconds, heapAfterCollections(process));
	}

	private JavaProcess process(Class<?> main, String role, int heap, List<String> properties) {
		List<String> options = List.of("-Xmx" + heap + "m", "-XX:+ExitOnOutOfMemoryError",
				"-Xlog:gc:file=" + collections(role));
		List<String> arguments = Stream
			.concat(Stream.of("durable.task-hub=" + this.name,
					"spring.kafka.bootstrap-servers=" + FaultServers.BROKER.address(),
					"spring.datasource.url=" + Database.url(databaseName(), FaultServers.DATABASE.port())
							+ "&reWriteBatchedInserts=true",
					"spring.jpa.hibernate.ddl-auto=none", "spring.jpa.open-in-view=false",
					"spring.main.web-application-type=none", "spring.main.banner-mode=off",
					"durable.jpa.initialize-schema=never"), properties.stream())
			.map((property) -> "--" + property)
			.toList();
		JavaProcess process = JavaProcess.start(options, main.getName(), this.logs.resolve(role + ".log"), arguments);
		this.processes.add(process);
		return process;
	}

	private Path collections(String role) {
		return this.logs.resolve(role + "-gc.log");
	}

	/** The most that any collection left, garbage that it did not look for included. */
	private int heapAfterCollections(String role) {
		try (Stream<String> lines = Files.lines(collections(role))) {
			return lines.map(AFTER_COLLECTION::matcher)
				.filter(Matcher::find)
				.mapToInt((found) -> Integer.parseInt(found.group(1)))
				.max()
				.orElse(0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The database counts, so that this takes no memory however many there are. */
	long count(String query) throws SQLException {
		try (Connection connection = FaultServers.DATABASE.connect(databaseName());
				Statement statement = connection.createStatement()) {
			ResultSet row = statement.executeQuery(query);
			row.next();
			return row.getLong(1);
		}
	}

	List<String> deadLetters() {
		return DeadLetters.of(FaultServers.BROKER, this.name);
	}

	@Override
	public void close() {
		this.processes.forEach(JavaProcess::kill);
	}

}
