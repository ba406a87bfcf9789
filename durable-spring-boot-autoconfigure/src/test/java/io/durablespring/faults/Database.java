package io.durablespring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.awaitility.Awaitility.await;

/**
 * A real PostgreSQL with all its durability on, which can be killed. Its data and its
 * port stay.
 */
final class Database {

	private final Path directory;

	private EmbeddedPostgres server;

	private Database(Path directory) {
		this.directory = directory;
	}

	static Database start(Path directory) {
		Database database = new Database(directory);
		database.server = database.open(0);
		Runtime.getRuntime().addShutdownHook(new Thread(database::kill));
		return database;
	}

	private EmbeddedPostgres open(int port) {
		try {
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setDataDirectory(this.directory)
				.setCleanDataDirectory(false)
				.setPGStartupWait(Duration.ofSeconds(60))
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "on");
			return ((port != 0) ? builder.setPort(port) : builder).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.server.getPort();
	}

	/**
	 * Makes an empty database with all tables.
	 * @param tablespace where; {@code null} for the usual place
	 */
	void create(String name, @Nullable String tablespace) throws SQLException {
		execute("create database " + name + ((tablespace != null) ? " tablespace " + tablespace : ""));
		new ResourceDatabasePopulator(new ClassPathResource("io/durablespring/jpa/schema-postgresql.sql"),
				new ClassPathResource("workload.sql", Database.class))
			.execute(new DriverManagerDataSource(url(name, port())));
	}

	/** Makes a place for databases. */
	void createTablespace(String name, Path directory) throws SQLException {
		execute("create tablespace %s location '%s'".formatted(name, directory));
	}

	/** Removes a place with the database in it: without, a restart would look for it. */
	void dropTablespace(String name, String database) throws SQLException {
		execute("drop database if exists " + database + " with (force)");
		execute("drop tablespace " + name);
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.server.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** For connections that nothing stands between. */
	Connection connect(String name) throws SQLException {
		return DriverManager.getConnection(url(name, port()));
	}

	static String url(String name, int port) {
		return "jdbc:postgresql://localhost:%d/%s?user=postgres&connectTimeout=5&tcpKeepAlive=true".formatted(port,
				name);
	}

	/** By SIGKILL, as if the machine had died; the disk has what was synced. */
	void kill() {
		ProcessHandle.of(pid()).ifPresent((postmaster) -> {
			// First those that would notice and end in an orderly way.
			postmaster.descendants().forEach(ProcessHandle::destroyForcibly);
			postmaster.destroyForcibly();
		});
	}

	void restart() throws IOException {
		int port = port();
		long pid = pid();
		await().atMost(Duration.ofSeconds(30)).until(() -> ProcessHandle.of(pid).isEmpty());
		// Finds nothing to stop; gives up its lock of the directory.
		this.server.close();
		this.server = open(port);
	}

	private long pid() {
		try {
			return Long.parseLong(Files.readAllLines(this.directory.resolve("postmaster.pid")).get(0).strip());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
