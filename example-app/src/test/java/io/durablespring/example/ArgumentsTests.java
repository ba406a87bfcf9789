package io.durablespring.example;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for wrong arguments, in a process of its own: exit status and what is printed.
 */
class ArgumentsTests {

	@TempDir
	Path temp;

	@Test
	void directoryThatDoesNotExistIsNamedInOneLine() throws Exception {
		assertRefused("Error: backup.root does not exist: " + this.temp + "/gone\n", "--backup.root=gone",
				"--backup.target=copy");
		assertThat(this.temp.resolve("durable-data")).doesNotExist();
	}

	@Test
	void missingTargetIsNamedInOneLine() throws Exception {
		assertRefused("Error: backup.target is missing: name the directory to copy to\n", "--backup.root=.");
	}

	@Test
	void argumentOfTheWrongTypeIsNamedInOneLine() throws Exception {
		assertRefused("Error: monitor.interval=soon: 'soon' is not a valid duration\n",
				"--monitor.url=http://localhost/", "--monitor.interval=soon");
	}

	private void assertRefused(String output, String... arguments) throws IOException, InterruptedException {
		try (ExampleProcess process = ExampleProcess.start(this.temp, List.of(arguments))) {
			assertThat(process.awaitExit(Duration.ofMinutes(1))).as(process::output).isEqualTo(2);
			assertThat(process.output()).isEqualTo(output);
		}
	}

}
