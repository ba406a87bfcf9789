package io.durablespring.example.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;

/**
 * The directory that keeps broker and database between runs. Belongs to one process at a
 * time; the operating system ends the claim of a process that is killed.
 */
final class DataDirectory implements AutoCloseable {

	private static final String OWNER = "owner.pid";

	private final Path path;

	private final FileChannel lockFile;

	/**
	 * Creates the directory if need be and claims it.
	 * @param path the directory
	 * @throws DataDirectoryInUseException if another process has it
	 */
	DataDirectory(Path path) {
		this.path = path.toAbsolutePath().normalize();
		try {
			Files.createDirectories(this.path);
			this.lockFile = FileChannel.open(this.path.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			if (!lock(this.lockFile)) {
				this.lockFile.close();
				throw new DataDirectoryInUseException(this.path, owner());
			}
			// Not in the locked file: other processes cannot read that on every system.
			Files.writeString(this.path.resolve(OWNER), Long.toString(ProcessHandle.current().pid()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot use the data directory " + this.path, ex);
		}
	}

	private static boolean lock(FileChannel file) throws IOException {
		try {
			return file.tryLock() != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	private @Nullable String owner() {
		try {
			return Files.readString(this.path.resolve(OWNER));
		}
		catch (IOException ex) {
			return null;
		}
	}

	Path resolve(String name) {
		return this.path.resolve(name);
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

	@Override
	public void close() throws IOException {
		this.lockFile.close();
	}

}
