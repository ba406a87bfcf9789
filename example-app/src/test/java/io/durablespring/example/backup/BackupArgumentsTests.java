package io.durablespring.example.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.durablespring.example.UsageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BackupArguments}.
 */
class BackupArgumentsTests {

	@TempDir
	Path temp;

	private Path root;

	@BeforeEach
	void createRoot() throws IOException {
		this.root = Files.createDirectory(this.temp.toRealPath().resolve("root"));
	}

	@Test
	void noArgumentsAskForNothing() {
		assertThat(BackupArguments.of(new MockEnvironment())).isNull();
	}

	@Test
	void rootAndTargetAskForABackup() {
		BackupArguments arguments = arguments(this.root, this.temp.resolve("new/target"));
		assertThat(arguments.root()).isEqualTo(this.root);
		assertThat(arguments.target()).isEqualTo(this.root.resolveSibling("new").resolve("target"));
		assertThat(arguments.exit()).isFalse();
	}

	@Test
	void missingArgumentsAreNamed() {
		assertRefused("", "x", "backup.root is missing");
		assertRefused(this.root.toString(), "", "backup.target is missing");
	}

	@Test
	void rootMustBeADirectory() throws IOException {
		assertRefused(this.root + "/gone", "x", "backup.root does not exist: " + this.root + "/gone");
		Path file = Files.createFile(this.root.resolve("file"));
		assertRefused(file.toString(), "x", "backup.root is not a directory: " + file);
	}

	@Test
	void targetMustNotBeAFile() throws IOException {
		Path file = Files.createFile(this.root.resolve("file"));
		assertRefused(this.root.toString(), file.toString(), "backup.target is not a directory: " + file);
	}

	@Test
	void targetMustNotHoldTheRoot() throws IOException {
		String refusal = "backup.target must not be backup.root or a directory above it";
		assertRefused(this.root.toString(), this.root.toString(), refusal);
		assertRefused(this.root.toString(), this.temp.toString(), refusal);
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), this.root);
		assertRefused(this.root.toString(), link.toString(), refusal);
	}

	@Test
	void instanceIdIsTheSameForTheSameDirectoriesHoweverTheyAreNamed() throws IOException {
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), this.root);
		Path target = this.temp.resolve("target");
		String id = arguments(this.root, target).instanceId();
		assertThat(arguments(link, target).instanceId()).isEqualTo(id);
		assertThat(arguments(this.root.resolve("../root"), this.root.resolve("../target")).instanceId()).isEqualTo(id);
		Files.createDirectory(target);
		assertThat(arguments(this.root, target).instanceId()).isEqualTo(id);
		assertThat(arguments(this.root, this.temp.resolve("other")).instanceId()).isNotEqualTo(id);
		assertThat(id).matches("backup-[0-9a-f-]{36}");
	}

	@Test
	void exitThatIsNoBooleanIsRefused() {
		MockEnvironment environment = environment(this.root.toString(), "t").withProperty("backup.exit", "maybe");
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> BackupArguments.of(environment))
			.withMessageContaining("backup.exit");
	}

	@Test
	void exitWithoutABackupIsRefused() {
		MockEnvironment environment = new MockEnvironment().withProperty("backup.exit", "true");
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> BackupArguments.of(environment))
			.withMessageContaining("backup.root is missing");
	}

	@Test
	void targetBelowAFileIsRefused() throws IOException {
		Path file = Files.createFile(this.root.resolveSibling("file"));
		assertRefused(this.root.toString(), file.resolve("deep/er").toString(), "backup.target is not a directory");
	}

	@Test
	void blankArgumentsAreRefused() {
		assertRefused("", "", "backup.root is missing");
	}

	private static BackupArguments arguments(Path root, Path target) {
		BackupArguments arguments = BackupArguments.of(environment(root.toString(), target.toString()));
		assertThat(arguments).isNotNull();
		return arguments;
	}

	private static MockEnvironment environment(String root, String target) {
		return new MockEnvironment().withProperty("backup.root", root).withProperty("backup.target", target);
	}

	private static void assertRefused(String root, String target, String message) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> BackupArguments.of(environment(root, target)))
			.withMessageStartingWith(message)
			.satisfies((ex) -> assertThat(ex.getExitCode()).isEqualTo(2));
	}

}
