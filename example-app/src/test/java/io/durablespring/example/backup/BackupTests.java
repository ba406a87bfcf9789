package io.durablespring.example.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for the activities of {@link SiteFiles}.
 */
class BackupTests {

	@TempDir
	Path temp;

	private Path root;

	private Path target;

	private final SiteFiles files = new SiteFiles();

	@BeforeEach
	void createRoot() throws IOException {
		this.root = Files.createDirectory(this.temp.toRealPath().resolve("root"));
		this.target = this.temp.toRealPath().resolve("target");
	}

	@Test
	void emptyDirectoryHasNoFiles() throws IOException {
		Files.createDirectory(this.root.resolve("empty"));
		assertThat(list()).isEmpty();
	}

	@Test
	void filesAreListedByRelativePathInOrder() throws IOException {
		write("b.txt", "b");
		write("a/z.txt", "z");
		write("a/deep/er/y.txt", "y");
		write("a.txt", "a");
		assertThat(list()).containsExactly("a.txt", "a/deep/er/y.txt", "a/z.txt", "b.txt");
	}

	@Test
	void missingRootIsNamed() {
		BackupRequest request = new BackupRequest(this.root.resolve("gone").toString(), this.target.toString());
		assertThatIOException().isThrownBy(() -> this.files.list(request))
			.withMessage("The directory to back up does not exist: " + this.root.resolve("gone"));
	}

	@Test
	void fileAsRootIsRefused() throws IOException {
		write("file", "");
		BackupRequest request = new BackupRequest(this.root.resolve("file").toString(), this.target.toString());
		assertThatIOException().isThrownBy(() -> this.files.list(request)).withMessageContaining("does not exist");
	}

	@Test
	void targetWithinRootIsNotListed() throws IOException {
		write("a.txt", "a");
		write("backup/a.txt", "a");
		BackupRequest request = new BackupRequest(this.root.toString(), this.root.resolve("backup").toString());
		assertThat(this.files.list(request)).containsExactly("a.txt");
	}

	@Test
	void symbolicLinksAreLeftOutEvenIfTheyGoInCircles() throws IOException {
		write("a.txt", "a");
		Files.createSymbolicLink(this.root.resolve("loop"), this.root);
		Files.createSymbolicLink(this.root.resolve("link.txt"), this.root.resolve("a.txt"));
		Files.createSymbolicLink(this.root.resolve("dangling"), this.root.resolve("nothing"));
		assertThat(list()).containsExactly("a.txt");
	}

	@Test
	void copyHasContentAndTimeOfItsSource() throws IOException {
		String content = "0123456789".repeat(20_000);
		Path source = write("a/b/c.txt", content);
		Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
		assertThat(copy("a/b/c.txt")).isEqualTo(200_000);
		assertThat(this.target.resolve("a/b/c.txt")).hasContent(content);
		assertThat(Files.getLastModifiedTime(this.target.resolve("a/b/c.txt")).toInstant())
			.isEqualTo("2001-02-03T04:05:06Z");
	}

	@Test
	void unicodeNamesAndEmptyFilesAreCopied() throws IOException {
		write("grüße/日本語 🚀.txt", "");
		assertThat(list()).containsExactly("grüße/日本語 🚀.txt");
		assertThat(copy("grüße/日本語 🚀.txt")).isZero();
		assertThat(this.target.resolve("grüße/日本語 🚀.txt")).isEmptyFile();
	}

	@Test
	void copyReplacesAnOlderOne() throws IOException {
		write("a.txt", "old and longer");
		copy("a.txt");
		write("a.txt", "new");
		assertThat(copy("a.txt")).isEqualTo(3);
		assertThat(this.target.resolve("a.txt")).hasContent("new");
	}

	@Test
	void sourceThatChangesSizeMeanwhileFailsTheCopyAndLeavesNothingBehind() throws IOException {
		write("a.txt", "before");
		SiteFiles changing = afterTransfer(
				(source) -> Files.writeString(source, " and after", StandardOpenOption.APPEND));
		assertThatIOException().isThrownBy(() -> changing.copy(fileCopy("a.txt")))
			.withMessageContaining("a.txt' differs from its copy");
		assertThat(tree(this.target)).isEmpty();
	}

	@Test
	void sourceThatChangesContentMeanwhileFailsTheCopyAndKeepsTheOlderOne() throws IOException {
		write("a.txt", "before");
		copy("a.txt");
		SiteFiles changing = afterTransfer((source) -> Files.writeString(source, "behind"));
		assertThatIOException().isThrownBy(() -> changing.copy(fileCopy("a.txt")))
			.withMessageContaining("a.txt' differs from its copy");
		assertThat(tree(this.target)).containsExactly(Map.entry("a.txt", "before"));
	}

	@Test
	void vanishedSourceFailsTheCopy() {
		assertThatIOException().isThrownBy(() -> copy("gone.txt")).withMessageContaining("gone.txt");
	}

	@Test
	void twoCopiesOfOneFileAtOnceDoNotDisturbEachOther() throws IOException {
		write("a.txt", "a");
		SiteFiles nested = afterTransfer((source) -> assertThat(copy("a.txt")).isEqualTo(1));
		assertThat(nested.copy(fileCopy("a.txt"))).isEqualTo(1);
		assertThat(tree(this.target)).containsExactly(Map.entry("a.txt", "a"));
	}

	@Test
	void sweepRemovesWhatKilledCopiesLeftAndNothingElse() throws IOException {
		write("deep/a.txt", "a");
		copy("deep/a.txt");
		SiteFiles killed = afterTransfer((source) -> {
			Path part;
			try (Stream<Path> inTarget = Files.list(this.target.resolve("deep"))) {
				part = inTarget.filter((path) -> !path.endsWith("a.txt")).findFirst().orElseThrow();
			}
			// A killed process does not tidy up: keep what is there at this moment.
			Files.copy(part, part.resolveSibling(part.getFileName() + "0"));
		});
		killed.copy(fileCopy("deep/a.txt"));
		assertThat(tree(this.target)).hasSize(2);
		this.files.sweep(new BackupRequest(this.root.toString(), this.target.toString()));
		assertThat(tree(this.target)).containsExactly(Map.entry("deep/a.txt", "a"));
	}

	@Test
	void sweepKeepsCopiesOfFilesThatAnotherBackupLeftInTheRoot() throws IOException {
		write(".durable-part-of-another", "kept");
		copy(".durable-part-of-another");
		this.files.sweep(new BackupRequest(this.root.toString(), this.target.toString()));
		assertThat(tree(this.target)).containsExactly(Map.entry(".durable-part-of-another", "kept"));
	}

	@Test
	void sweepOfNothingIsFine() throws IOException {
		this.files.sweep(new BackupRequest(this.root.toString(), this.target.toString()));
		assertThat(this.target).doesNotExist();
	}

	@Test
	void fileInPlaceOfADirectoryFailsTheCopy() throws IOException {
		write("a/b.txt", "b");
		Files.createDirectory(this.target);
		Files.writeString(this.target.resolve("a"), "in the way");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> copy("a/b.txt"));
	}

	private List<String> list() throws IOException {
		return this.files.list(new BackupRequest(this.root.toString(), this.target.toString()));
	}

	private long copy(String file) throws IOException {
		return this.files.copy(fileCopy(file));
	}

	private FileCopy fileCopy(String file) {
		return new FileCopy(this.root.toString(), this.target.toString(), file);
	}

	private Path write(String file, String content) throws IOException {
		Path path = this.root.resolve(file);
		Files.createDirectories(path.getParent());
		return Files.writeString(path, content);
	}

	private static Map<String, String> tree(Path directory) throws IOException {
		try (Stream<Path> paths = Files.walk(directory)) {
			return paths.filter(Files::isRegularFile)
				.collect(Collectors.toMap((path) -> directory.relativize(path).toString(), BackupTests::read));
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static SiteFiles afterTransfer(Change change) {
		return new SiteFiles() {

			@Override
			void transfer(Path source, Path part) throws IOException {
				super.transfer(source, part);
				change.apply(source);
			}

		};
	}

	private interface Change {

		void apply(Path source) throws IOException;

	}

}
