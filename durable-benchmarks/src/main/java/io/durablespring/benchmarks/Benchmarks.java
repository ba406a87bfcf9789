package io.durablespring.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.util.FileSystemUtils;

/**
 * The command: starts the servers, runs the workloads for each system in turn, prints the
 * figures.
 */
final class Benchmarks {

	private final Settings settings = new Settings();

	private final PrintStream out = System.out;

	private final Path directory;

	private Benchmarks(Path directory) {
		this.directory = directory;
	}

	/**
	 * Runs workloads.
	 * @param arguments their names; none for all
	 * @throws Exception if something cannot be measured
	 */
	public static void main(String[] arguments) throws Exception {
		List<String> workloads = (arguments.length > 0) ? List.of(arguments) : Workloads.names();
		workloads.forEach(Workloads::named);
		Path target = Path.of(System.getProperty("target", "target"));
		Path directory = Files.createTempDirectory(Files.createDirectories(target), "run-");
		new Benchmarks(directory).run(workloads);
		System.exit(0);
	}

	private List<String> systems() {
		List<String> systems = new ArrayList<>();
		for (String system : this.settings.text("systems", String.join(",", Contenders.names())).split(",")) {
			String missing = Contenders.missing(system);
			if (missing == null) {
				systems.add(system);
			}
			else {
				this.out.println("SKIPPED system=" + system + " " + missing);
			}
		}
		return systems;
	}

	private void run(List<String> workloads) throws Exception {
		List<String> systems = systems();
		try (Servers servers = Servers.start(this.directory)) {
			new Circumstances(servers, this.settings).print(this.out);
			System.setProperty("broker", servers.brokerAddress());
			System.setProperty("postgres", servers.postgresAddress());
			for (String workload : workloads) {
				run(workload, systems, servers);
			}
		}
		finally {
			FileSystemUtils.deleteRecursively(this.directory.resolve("postgres"));
			FileSystemUtils.deleteRecursively(this.directory.resolve("broker"));
		}
	}

	private void run(String workload, List<String> systems, Servers servers) throws Exception {
		int rounds = this.settings.size("rounds", 3, 1);
		Report report = new Report(workload);
		Map<String, ContenderProcess> running = new LinkedHashMap<>();
		try {
			for (String system : systems) {
				servers.createDatabase(Databases.name(workload, system));
				start(workload, system, running);
			}
			for (int round = 1; round <= rounds; round++) {
				for (String system : List.copyOf(running.keySet())) {
					servers.checkpoint();
					turn(workload, system, running, report);
				}
			}
		}
		finally {
			running.values().forEach(ContenderProcess::close);
		}
		for (String system : systems) {
			servers.dropDatabase(Databases.name(workload, system));
		}
		report.print(this.out);
	}

	private void start(String workload, String system, Map<String, ContenderProcess> running) {
		Path log = this.directory.resolve(workload + "-" + system + ".log");
		try {
			ContenderProcess process = ContenderProcess.start(system, workload, this.settings, log);
			if (!process.isFit()) {
				process.close();
				this.out.println("SKIPPED workload=" + workload + " system=" + system + " it has no such thing");
				return;
			}
			running.put(system, process);
			process.warmUp();
		}
		catch (IOException ex) {
			giveUp(workload, system, running, ex);
		}
	}

	private void turn(String workload, String system, Map<String, ContenderProcess> running, Report report) {
		ContenderProcess process = running.get(system);
		if (process == null) {
			return;
		}
		StringBuilder figures = new StringBuilder();
		Figures notes = report.of(system);
		try {
			process.run((metric, value, unit) -> {
				figures.append(" %s=%.4g%s".formatted(metric, value, unit));
				notes.note(metric, value, unit);
			});
			this.out.println("RUN workload=" + workload + " system=" + system + figures);
		}
		catch (IOException ex) {
			giveUp(workload, system, running, ex);
		}
	}

	// The others can still be measured.
	private void giveUp(String workload, String system, Map<String, ContenderProcess> running, IOException ex) {
		this.out.println("FAILED workload=%s system=%s %s: see %s".formatted(workload, system, ex.getMessage(),
				this.directory.getFileName().resolve(workload + "-" + system + ".log")));
		ContenderProcess process = running.remove(system);
		if (process != null) {
			process.close();
		}
	}

}
