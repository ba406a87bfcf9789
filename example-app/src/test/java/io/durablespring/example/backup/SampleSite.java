package io.durablespring.example.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory full of files for tests to back up.
 *
 * @param root the directory
 * @param hashes the SHA-256 of every file, by relative path
 * @param bytes the size of all files together
 */
record SampleSite(Path root, Map<String, String> hashes, long bytes) {

	static SampleSite create(Path root, int files) throws IOException {
		Random random = new Random(files);
		long bytes = 0;
		for (int file = 0; file < files; file++) {
			byte[] content = new byte[random.nextInt(8192)];
			random.nextBytes(content);
			bytes += content.length;
			Path path = root.resolve("directory-%d/%d/file-%d.bin".formatted(file % 7, file % 3, file));
			Files.createDirectories(path.getParent());
			Files.write(path, content);
		}
		return new SampleSite(root, hashes(root), bytes);
	}

	static Map<String, String> hashes(Path directory) throws IOException {
		Map<String, String> hashes = new TreeMap<>();
		try (Stream<Path> paths = Files.walk(directory)) {
			paths.filter(Files::isRegularFile)
				.forEach((path) -> hashes.put(directory.relativize(path).toString(), sha256(path)));
		}
		return hashes;
	}

	private static String sha256(Path file) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
