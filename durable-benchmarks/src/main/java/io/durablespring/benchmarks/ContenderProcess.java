package io.durablespring.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The process of one system, seen from outside. Each system has one of its own, so that
 * neither heaps nor what the JVM has compiled are shared, and it stays for all rounds of
 * a workload, so that it warms up once only. While another system has its turn it is
 * idle: it polls, at most.
 */
final class ContenderProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader answers;

	private final PrintStream commands;

	private final boolean fit;

	private ContenderProcess(Process process, String what) throws IOException {
		this.process = process;
		this.answers = process.inputReader(StandardCharsets.UTF_8);
		this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
		this.fit = await(what, Figures.NONE);
	}

	static ContenderProcess start(String system, String workload, Settings settings, Path log) throws IOException {
		List<String> options = new ArrayList<>(settings.asOptions());
		options.add("-Dworkload=" + workload);
		options.add("-Dlocal=" + Workloads.isLocal(workload));
		options.add("-Xmx" + settings.text("heap", "2g"));
		options.addAll(List.of(settings.text(system + ".options", settings.text("options", "")).split(" ")));
		options.removeIf(String::isBlank);
		Process process = JavaProcess.start(options, ContenderMain.class.getName(), List.of(system, workload), log);
		return new ContenderProcess(process, "start of " + system);
	}

	/** Whether the system has what the workload needs. */
	boolean isFit() {
		return this.fit;
	}

	void warmUp() throws IOException {
		this.commands.println("warm-up");
		await("warm-up", Figures.NONE);
	}

	void run(Figures figures) throws IOException {
		this.commands.println("run");
		await("run", figures);
	}

	private boolean await(String what, Figures figures) throws IOException {
		for (String line = this.answers.readLine(); line != null; line = this.answers.readLine()) {
			String[] words = line.split(" ");
			switch (words[0]) {
				case "DONE" -> {
					return true;
				}
				case "UNFIT" -> {
					return false;
				}
				case "FIGURE" -> figures.note(words[1], Double.parseDouble(words[2]), words[3]);
				default -> throw new IOException(what + ": " + line);
			}
		}
		throw new IOException(what + ": the process has ended");
	}

	@Override
	public void close() {
		this.commands.close();
		try {
			if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
