package io.durablespring.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts JVMs with the class path of this one, which end with it at the latest.
 */
final class JavaProcess {

	private JavaProcess() {
	}

	static Process start(List<String> options, String mainClass, List<String> arguments, Path log) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			// A killed JVM cannot end what it has started.
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}));
		return process;
	}

}
