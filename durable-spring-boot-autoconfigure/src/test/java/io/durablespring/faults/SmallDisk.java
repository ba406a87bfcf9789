package io.durablespring.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A file system of its own that can be full. Needs the right to mount one: a test that
 * wants it is skipped without.
 */
final class SmallDisk implements AutoCloseable {

	private final Path directory;

	private boolean mounted = true;

	private SmallDisk(Path directory) {
		this.directory = directory;
	}

	static SmallDisk mount(Path directory, int megabytes) {
		try {
			Files.createDirectories(directory);
			boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs",
					directory.toString());
			assumeTrue(mounted, "A small file system can be mounted");
			SmallDisk disk = new SmallDisk(directory);
			// What is mounted would stay when this JVM ends in the middle.
			Runtime.getRuntime().addShutdownHook(new Thread(disk::close));
			return disk;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean run(String... command) {
		try {
			return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
		}
		catch (IOException ex) {
			// No such command here.
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Path directory() {
		return this.directory;
	}

	/** Leaves no space at all. */
	void fill() {
		byte[] block = new byte[4096];
		try (OutputStream out = Files.newOutputStream(filler())) {
			while (true) {
				out.write(block);
			}
		}
		catch (IOException ex) {
			// That was the last block.
		}
	}

	void free() {
		try {
			Files.delete(filler());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path filler() {
		return this.directory.resolve("filler");
	}

	@Override
	public synchronized void close() {
		if (this.mounted) {
			this.mounted = false;
			// Lazily: a process that has been killed may still hold files for a moment.
			run("umount", "-l", this.directory.toString());
		}
	}

}
