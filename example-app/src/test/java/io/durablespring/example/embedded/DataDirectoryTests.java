package io.durablespring.example.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.durablespring.example.ExampleProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DataDirectory}.
 */
class DataDirectoryTests {

	@TempDir
	Path temp;

	@Test
	void directoryIsCreated() throws IOException {
		try (DataDirectory directory = new DataDirectory(this.temp.resolve("new/one"))) {
			assertThat(this.temp.resolve("new/one")).isDirectory();
			assertThat(directory.resolve("x")).isEqualTo(this.temp.resolve("new/one/x"));
		}
	}

	@Test
	void secondClaimIsRefusedUntilTheFirstEnds() throws IOException {
		try (DataDirectory first = new DataDirectory(this.temp)) {
			assertThat(first.resolve("lock")).exists();
			assertThatExceptionOfType(DataDirectoryInUseException.class).isThrownBy(() -> new DataDirectory(this.temp))
				.withMessage("The data directory %s is in use by another process (pid %d).", this.temp,
						ProcessHandle.current().pid());
		}
		new DataDirectory(this.temp).close();
		assertThat(Files.list(this.temp)).hasSize(2);
	}

	@Test
	void secondProcessOnOneDirectorySaysWhatToDo() throws Exception {
		try (DataDirectory first = new DataDirectory(this.temp);
				ExampleProcess second = ExampleProcess.start(this.temp, List.of("--example.data-dir=."))) {
			assertThat(first.resolve("lock")).exists();
			assertThat(second.awaitExit(Duration.ofMinutes(1))).as(second::output).isEqualTo(1);
			assertThat(second.output()).contains("is in use by another process (pid " + ProcessHandle.current().pid())
				.contains("--example.data-dir=DIR")
				.doesNotContain("\tat ");
		}
	}

}
