package io.durablespring.faults;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Disks that are full for a while, and then have space again.
 */
final class FullDisks {

	private static final PrintStream OUT = System.out;

	private static final String NO_SPACE = "No space left on device";

	private FullDisks() {
	}

	/**
	 * Tables cannot grow: the database goes on, and refuses each statement that needs
	 * space.
	 */
	static void ofTables(int rounds) throws Exception {
		try (SmallDisk disk = SmallDisk.mount(FaultServers.DIRECTORY.resolve("small-disk"), 128)) {
			FaultServers.DATABASE.createTablespace("small", disk.directory());
			try (Hub hub = Hub.start(Site.usual().in("small"), "tables-full", 2)) {
				for (int i = 0; i < rounds; i++) {
					disk.fill();
					hub.moments.pass(Duration.ofSeconds(3), Duration.ofSeconds(8));
					try (Connection connection = hub.connect(); Statement statement = connection.createStatement()) {
						assertThatExceptionOfType(SQLException.class).isThrownBy(
								() -> statement.execute("create table too_large as select generate_series(1, 100000)"))
							.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("53100"));
					}
					disk.free();
					hub.awaitProgress();
				}
				long refused = hub.logged(NO_SPACE);
				OUT.printf("tables-full: %d lines of the logs say so%n", refused);
				hub.finishAndCheck();
				assertThat(refused).isPositive();
			}
			finally {
				FaultServers.DATABASE.dropTablespace("small", "tables_full");
			}
		}
	}

	/** A broker that cannot write stops by itself. */
	static void ofBroker(int rounds) throws Exception {
		try (SmallDisk disk = SmallDisk.mount(FaultServers.DIRECTORY.resolve("small-broker"), 256)) {
			Broker broker = Broker.start(disk.directory().resolve("broker"));
			try (Hub hub = Hub.start(Site.usual().on(broker), "broker-full", 2)) {
				for (int i = 0; i < rounds; i++) {
					disk.fill();
					await().atMost(Duration.ofSeconds(60)).until(() -> !broker.isAlive());
					disk.free();
					broker.restart();
					hub.awaitProgress();
				}
				hub.finishAndCheck();
			}
			finally {
				broker.kill();
			}
		}
	}

}
