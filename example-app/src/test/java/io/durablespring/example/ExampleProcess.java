package io.durablespring.example;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example application in a process of its own, on the test's class path.
 */
public final class ExampleProcess implements AutoCloseable {

	private final Process process;

	private final Path output;

	private ExampleProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Starts the application.
	 * @param directory its working directory, which receives its output
	 * @param arguments its arguments
	 * @return the running process
	 * @throws IOException if it cannot be started
	 */
	public static ExampleProcess start(Path directory, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// Short-lived processes: the second compiler would cost more than it gains.
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", System.getProperty("java.class.path")));
		command.add(ExampleApplication.class.getName());
		command.add("--server.port=0");
		command.addAll(arguments);
		Path output = Files.createTempFile(directory, "output-", ".txt");
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.redirectInput(new File("/dev/null"));
		builder.environment().put("LC_ALL", "C.UTF-8");
		return new ExampleProcess(builder.start(), output);
	}

	/**
	 * What it has printed so far.
	 * @return the text, of both streams
	 */
	public String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Whether it runs.
	 * @return whether it has not ended
	 */
	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Waits for its end.
	 * @param timeout how long at most
	 * @return the exit status
	 * @throws InterruptedException if the thread is interrupted
	 */
	public int awaitExit(Duration timeout) throws InterruptedException {
		boolean ended = this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		assertThat(ended).as(() -> "Did not end within " + timeout + ":\n" + output()).isTrue();
		return this.process.exitValue();
	}

	/**
	 * Asks it to end, as Ctrl-C does.
	 */
	public void terminate() {
		this.process.destroy();
	}

	/**
	 * Kills it without a warning, as {@code kill -9} does.
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

}
