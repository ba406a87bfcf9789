package io.durablespring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own with the class path of this one, which can be killed and held.
 */
final class JavaProcess {

	private final Process process;

	private JavaProcess(Process process) {
		this.process = process;
	}

	/**
	 * Starts a main class.
	 * @param log what it prints is appended here
	 * @param heap its heap in MB at most
	 */
	static JavaProcess start(String mainClass, Path log, int heap, List<String> arguments) {
		// Many small ones that do not live long: little memory, quick to start.
		return start(List.of("-Xmx" + heap + "m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), mainClass,
				log, arguments);
	}

	/**
	 * Starts a main class on a JVM that is as the options say.
	 * @param log what it prints is appended here
	 */
	static JavaProcess start(List<String> options, String mainClass, Path log, List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-Duser.timezone=UTC", "-cp", System.getProperty("java.class.path"), mainClass));
		command.addAll(arguments);
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start();
			// Nothing is left when this JVM ends, however it does.
			Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
			return new JavaProcess(process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** The processor time that it has used. */
	Duration used() {
		return this.process.info().totalCpuDuration().orElseThrow();
	}

	/** By SIGKILL. */
	void kill() {
		this.process.destroyForcibly();
		await(10);
	}

	/** By SIGTERM; by SIGKILL if it takes too long. */
	boolean stop() {
		this.process.destroy();
		if (await(60)) {
			return true;
		}
		kill();
		return false;
	}

	/** By SIGSTOP: it keeps its connections and does nothing at all. */
	void hold() {
		signal("-STOP");
	}

	void release() {
		signal("-CONT");
	}

	private void signal(String signal) {
		Signals.send(signal, this.process.pid());
	}

	int await() {
		try {
			return this.process.waitFor();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean await(int seconds) {
		try {
			return this.process.waitFor(seconds, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
