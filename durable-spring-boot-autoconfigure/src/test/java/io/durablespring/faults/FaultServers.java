package io.durablespring.faults;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/**
 * One broker and one database for all fault tests of this JVM. They outlive the nodes.
 */
final class FaultServers {

	/** Logs stay here; so does the data of broker and database. */
	static final Path DIRECTORY = Path
		.of("target", "faults",
				LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")) + "-"
						+ ProcessHandle.current().pid())
		.toAbsolutePath();

	static final Broker BROKER = Broker.start(DIRECTORY.resolve("broker"));

	static final Database DATABASE = Database.start(DIRECTORY.resolve("database"));

	private FaultServers() {
	}

}
