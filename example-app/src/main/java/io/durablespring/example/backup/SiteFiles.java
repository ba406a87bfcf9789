package io.durablespring.example.backup;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import io.durablespring.Activity;

import org.springframework.stereotype.Component;

/**
 * The work on files. An activity may run more than once, even at the same time on two
 * nodes: whatever it does must bear that.
 */
@Component
class SiteFiles {

	private static final String PART = ".durable-part-";

	/**
	 * Lists the files below the root, without those below the target if that lies within.
	 * Symbolic links are left out.
	 * @param request what to back up
	 * @return paths relative to the root, in alphabetical order
	 * @throws IOException if the root is no directory, or something in it cannot be read
	 */
	@Activity("ListFiles")
	List<String> list(BackupRequest request) throws IOException {
		Path root = Path.of(request.root());
		Path target = Path.of(request.target());
		if (!Files.isDirectory(root)) {
			throw new IOException("The directory to back up does not exist: " + root);
		}
		List<String> files = new ArrayList<>();
		Files.walkFileTree(root, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
				return directory.equals(target) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				if (attributes.isRegularFile()) {
					files.add(relative(root, file));
				}
				return FileVisitResult.CONTINUE;
			}

		});
		files.sort(null);
		return files;
	}

	private static String relative(Path root, Path file) throws IOException {
		String relative = root.relativize(file).toString();
		// In the C locale, Java cannot write down every name that a directory can hold.
		if (!Files.exists(root.resolve(relative), LinkOption.NOFOLLOW_LINKS)) {
			throw new IOException("The name of '%s' does not fit this process's encoding. Start it with LC_ALL=C.UTF-8."
				.formatted(file));
		}
		return relative.replace(File.separatorChar, '/');
	}

	/**
	 * Copies a file and compares the copy with it. The copy appears under its name only
	 * when it is complete and correct.
	 * @param copy the file to copy
	 * @return its size in bytes
	 * @throws IOException if it cannot be copied, or differs from its copy
	 */
	// tag::copy[]
	@Activity("CopyFile")
	long copy(FileCopy copy) throws IOException {
		Path source = Path.of(copy.root(), copy.file());
		Path target = Path.of(copy.target(), copy.file());
		Files.createDirectories(target.getParent());
		// A name of its own for each attempt: two of them may be under way.
		Path part = target.resolveSibling(partPrefix(copy.root(), copy.target()) + UUID.randomUUID());
		try {
			transfer(source, part);
			long size = Files.size(part);
			if (size != Files.size(source) || !Arrays.equals(sha256(part), sha256(source))) {
				throw new IOException(
						"'%s' differs from its copy: it changed while it was copied. Try again.".formatted(source));
			}
			Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
			return size;
		}
		finally {
			Files.deleteIfExists(part);
		}
	}
	// end::copy[]

	void transfer(Path source, Path part) throws IOException {
		Files.copy(source, part, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
	}

	private static byte[] sha256(Path file) throws IOException {
		try (InputStream content = Files.newInputStream(file)) {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			byte[] buffer = new byte[64 * 1024];
			for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
				digest.update(buffer, 0, read);
			}
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Removes what copies of this backup left behind that were killed half-way, and
	 * nothing of another backup to the same target.
	 * @param request the backup
	 * @throws IOException if it cannot be read or a file cannot be removed
	 */
	@Activity("SweepParts")
	void sweep(BackupRequest request) throws IOException {
		Path directory = Path.of(request.target());
		String prefix = partPrefix(request.root(), request.target());
		if (!Files.isDirectory(directory)) {
			return;
		}
		try (Stream<Path> paths = Files.walk(directory)) {
			for (Path part : (Iterable<Path>) paths.filter((path) -> isPart(path, prefix))::iterator) {
				Files.deleteIfExists(part);
			}
		}
	}

	// Of its own for each root and target: a copied file may itself be what another
	// backup left.
	private static String partPrefix(String root, String target) {
		return PART + UUID.nameUUIDFromBytes((root + "\0" + target).getBytes(StandardCharsets.UTF_8)) + "-";
	}

	private static boolean isPart(Path path, String prefix) {
		return path.getFileName().toString().startsWith(prefix) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
	}

}
