package io.durablespring.example.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.UUID;

import io.durablespring.example.UsageException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;

/**
 * What {@code --backup.root}, {@code --backup.target} and {@code --backup.exit} ask for,
 * checked.
 *
 * @param root the directory to back up, a real path
 * @param target the directory to copy to, a real path as far as it exists
 * @param exit whether to exit afterwards
 */
record BackupArguments(Path root, Path target, boolean exit) {

	/**
	 * Reads and checks the arguments.
	 * @param environment where they are
	 * @return the arguments, or {@code null} if no backup is asked for
	 * @throws UsageException if one is wrong
	 */
	static @Nullable BackupArguments of(Environment environment) {
		String root = environment.getProperty("backup.root");
		String target = environment.getProperty("backup.target");
		if (root == null && target == null && environment.getProperty("backup.exit") == null) {
			return null;
		}
		if (root == null || root.isBlank()) {
			throw new UsageException("backup.root is missing: name the directory to back up");
		}
		if (target == null || target.isBlank()) {
			throw new UsageException("backup.target is missing: name the directory to copy to");
		}
		return check(path("backup.root", root), path("backup.target", target), exit(environment));
	}

	private static boolean exit(Environment environment) {
		try {
			return environment.getProperty("backup.exit", Boolean.class, false);
		}
		catch (ConversionException ex) {
			throw new UsageException(
					"backup.exit is neither true nor false: " + environment.getProperty("backup.exit"));
		}
	}

	private static Path path(String argument, String value) {
		try {
			return Path.of(value).toAbsolutePath().normalize();
		}
		catch (InvalidPathException ex) {
			throw new UsageException("%s is not a path: %s".formatted(argument, ex.getMessage()));
		}
	}

	private static BackupArguments check(Path root, Path target, boolean exit) {
		if (!Files.exists(root)) {
			throw new UsageException("backup.root does not exist: " + root);
		}
		if (!Files.isDirectory(root)) {
			throw new UsageException("backup.root is not a directory: " + root);
		}
		Path existing = existing(target);
		if (!Files.isDirectory(existing)) {
			throw new UsageException("backup.target is not a directory: " + existing);
		}
		Path realRoot = real(root);
		Path realTarget = real(target);
		if (realRoot.startsWith(realTarget)) {
			throw new UsageException("backup.target must not be backup.root or a directory above it: " + target);
		}
		return new BackupArguments(realRoot, realTarget, exit);
	}

	private static Path existing(Path path) {
		Path parent = path.getParent();
		return (Files.exists(path) || parent == null) ? path : existing(parent);
	}

	// The real path of what exists, and the rest as it is.
	private static Path real(Path path) {
		try {
			Path parent = path.getParent();
			return (Files.exists(path) || parent == null) ? path.toRealPath()
					: real(parent).resolve(path.getFileName());
		}
		catch (IOException ex) {
			throw new UsageException("Cannot read %s: %s".formatted(path, ex));
		}
	}

	BackupRequest request() {
		return new BackupRequest(this.root.toString(), this.target.toString());
	}

	/**
	 * The id of the instance for this root and target: the same in every run, so that the
	 * next run finds the unfinished one.
	 * @return the instance id
	 */
	String instanceId() {
		// A name, not the paths: these contain characters that an instance id must not.
		String paths = this.root + "\0" + this.target;
		return "backup-" + UUID.nameUUIDFromBytes(paths.getBytes(StandardCharsets.UTF_8));
	}

}
