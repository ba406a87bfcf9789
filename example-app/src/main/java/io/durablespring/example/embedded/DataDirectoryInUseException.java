package io.durablespring.example.embedded;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Another process has the data directory.
 */
final class DataDirectoryInUseException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	DataDirectoryInUseException(Path directory, @Nullable String owner) {
		super("The data directory %s is in use by another process%s.".formatted(directory,
				(owner != null) ? " (pid " + owner + ")" : ""));
	}

}
