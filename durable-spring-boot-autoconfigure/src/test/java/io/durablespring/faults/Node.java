package io.durablespring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that runs the application.
 */
final class Node {

	private static final int HEAP = 192;

	private final Path readyFile;

	private final JavaProcess process;

	private Node(Path readyFile, JavaProcess process) {
		this.readyFile = readyFile;
		this.process = process;
	}

	static Node start(Path log, List<String> properties) {
		Path readyFile = log.resolveSibling(log.getFileName() + ".ready");
		try {
			Files.deleteIfExists(readyFile);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		List<String> arguments = Stream.concat(properties.stream(), Stream.of("workload.ready-file=" + readyFile))
			.map((property) -> "--" + property)
			.toList();
		return new Node(readyFile, JavaProcess.start(FaultyApplication.class.getName(), log, HEAP, arguments));
	}

	boolean isReady() {
		return Files.exists(this.readyFile);
	}

	JavaProcess process() {
		return this.process;
	}

}
