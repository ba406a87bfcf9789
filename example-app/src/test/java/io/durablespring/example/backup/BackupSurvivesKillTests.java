package io.durablespring.example.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.durablespring.example.ExampleProcess;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the application with {@code kill -9} in the middle of a backup and starts it
 * again, in processes of its own, with the broker and the database of the default
 * profile.
 */
class BackupSurvivesKillTests {

	private static final Duration LONG = Duration.ofMinutes(2);

	@TempDir
	Path temp;

	private SampleSite site;

	private Path target;

	private int starts;

	@BeforeEach
	void resolveDirectories() throws IOException {
		this.temp = this.temp.toRealPath();
		this.target = this.temp.resolve("copy");
	}

	@Test
	void backupKilledInTheMiddleIsCompletedWithoutRepeatingWhatIsDone() throws Exception {
		createSite(500);
		runUntilKilled((process) -> copied() >= 500 / 3);
		Set<String> before = Set.copyOf(history().copied());
		assertThat(before).as("completions in history when it was killed").isNotEmpty().hasSizeLessThan(500);
		assertThat(finish()).contains("Resuming the backup of ");
		assertCompleteWithoutRepeating(before);
	}

	@Test
	void backupKilledAgainAndAgainIsCompletedWithoutRepeatingWhatIsDone() throws Exception {
		createSite(200);
		runUntilKilled((process) -> process.output().contains("as instance"));
		runUntilKilled((process) -> copied() >= 200 / 3);
		Set<String> before = Set.copyOf(history().copied());
		assertThat(before).as("completions in history when it was killed").isNotEmpty().hasSizeLessThan(200);
		assertThat(finish()).contains("Resuming the backup of ");
		assertCompleteWithoutRepeating(before);
	}

	@Test
	void finishedBackupIsStartedAnew() throws Exception {
		createSite(10);
		assertThat(finish()).contains("Backing up ");
		assertThat(finish()).contains("Backing up ");
		assertThat(copied()).as("files copied by the second run").isEqualTo(10);
	}

	private void createSite(int files) throws IOException {
		this.site = SampleSite.create(this.temp.resolve("site"), files);
	}

	private void runUntilKilled(Predicate<ExampleProcess> moment) throws Exception {
		try (ExampleProcess process = start()) {
			await().atMost(LONG).until(() -> moment.test(process) || !process.isAlive());
			assertThat(process.isAlive()).as(process::output).isTrue();
			process.kill();
		}
	}

	private String finish() throws Exception {
		try (ExampleProcess process = start()) {
			assertThat(process.awaitExit(LONG)).as(process::output).isZero();
			int files = this.site.hashes().size();
			assertThat(process.output()).contains("%d of %d files copied".formatted(files, files))
				.contains("Done: %d files, %s".formatted(files, ByteCount.describe(this.site.bytes())));
			return process.output();
		}
	}

	private void assertCompleteWithoutRepeating(Set<String> before) throws Exception {
		assertThat(SampleSite.hashes(this.target)).isEqualTo(this.site.hashes());
		assertThat(CopyJournal.read(journal(), "start")).as("copied again").doesNotContainAnyElementsOf(before);
		StoredHistory history = history();
		assertThat(history.copied()).containsExactlyInAnyOrderElementsOf(this.site.hashes().keySet());
		assertThat(history.events(TaskCompleted.class)).extracting(TaskCompleted::taskId)
			.doesNotHaveDuplicates()
			.hasSameSizeAs(history.events(TaskScheduled.class));
		assertThat(history.events(TaskFailed.class)).isEmpty();
		assertThat(history.events(ExecutionCompleted.class)).hasSize(1);
		try (Connection connection = DriverManager.getConnection(database(), "sa", "");
				ResultSet rows = connection.createStatement()
					.executeQuery(
							"select count(*), min(status), (select count(*) from durable_outbox) from durable_instance")) {
			rows.next();
			assertThat(rows.getInt(1)).as("instances").isEqualTo(1);
			assertThat(rows.getString(2)).as("status").isEqualTo("COMPLETED");
			assertThat(rows.getInt(3)).as("unsent messages").isZero();
		}
	}

	// How many copies the current or last process has finished.
	private int copied() {
		return CopyJournal.read(journal(), "end").size();
	}

	private Path journal() {
		return this.temp.resolve("journal-" + this.starts);
	}

	private ExampleProcess start() throws IOException {
		this.starts++;
		return ExampleProcess.start(this.temp, List.of("--backup.root=" + this.site.root(), "--backup.target=copy",
				"--backup.exit=true", "--test.journal=" + journal(), "--test.copy-delay=100"));
	}

	private StoredHistory history() throws Exception {
		MockEnvironment environment = new MockEnvironment().withProperty("backup.root", this.site.root().toString())
			.withProperty("backup.target", this.target.toString());
		return StoredHistory.read(database(), BackupArguments.of(environment).instanceId());
	}

	private String database() {
		return "jdbc:h2:file:" + this.temp.resolve("durable-data/h2/durable") + ";IFEXISTS=TRUE";
	}

}
