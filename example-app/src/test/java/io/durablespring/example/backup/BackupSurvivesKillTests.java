package io.durablespring.example.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Set;

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

	private static final int FILES = 500;

	private static final Duration LONG = Duration.ofMinutes(2);

	@TempDir
	Path temp;

	private SampleSite site;

	private Path target;

	@BeforeEach
	void createSite() throws IOException {
		this.temp = this.temp.toRealPath();
		this.site = SampleSite.create(this.temp.resolve("site"), FILES);
		this.target = this.temp.resolve("copy");
	}

	@Test
	void backupKilledInTheMiddleIsCompletedWithoutRepeatingWhatIsDone() throws Exception {
		killOnceCopied(FILES / 3);
		Set<String> before = completedBefore();
		assertThat(before).as("completions in history when it was killed").isNotEmpty().hasSizeLessThan(FILES);
		String output = finish();
		assertThat(output).startsWith("Resuming the backup of ");
		assertCompleteWithoutRepeating(before);
	}

	@Test
	void backupKilledEarlyIsCompleted() throws Exception {
		killOnceCopied(1);
		Set<String> before = completedBefore();
		finish();
		assertCompleteWithoutRepeating(before);
	}

	@Test
	void backupKilledTwiceIsCompletedWithoutRepeatingWhatIsDone() throws Exception {
		killOnceCopied(FILES / 4);
		killOnceCopied(FILES / 4);
		Set<String> before = completedBefore();
		finish();
		assertCompleteWithoutRepeating(before);
	}

	@Test
	void finishedBackupIsStartedAnew() throws Exception {
		assertThat(finish()).startsWith("Backing up ");
		String output = finish();
		assertThat(output).startsWith("Backing up ").contains("Done: 500 files, ");
		assertThat(CopyJournal.read(journal(), "end")).hasSize(FILES);
	}

	private void killOnceCopied(int files) throws Exception {
		Path journal = nextJournal();
		try (ExampleProcess process = start(journal)) {
			await().atMost(LONG).until(() -> CopyJournal.read(journal, "end").size() >= files || !process.isAlive());
			assertThat(process.isAlive()).as(process::output).isTrue();
			process.kill();
		}
	}

	private String finish() throws Exception {
		try (ExampleProcess process = start(nextJournal())) {
			assertThat(process.awaitExit(LONG)).as(process::output).isZero();
			assertThat(process.output()).contains("500 of 500 files copied")
				.contains("Done: 500 files, " + ByteCount.describe(this.site.bytes()));
			return process.output();
		}
	}

	private Set<String> completedBefore() throws Exception {
		return Set.copyOf(history().copied());
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

	private int journals;

	private Path nextJournal() {
		this.journals++;
		return journal();
	}

	private Path journal() {
		return this.temp.resolve("journal-" + this.journals);
	}

	private ExampleProcess start(Path journal) throws IOException {
		return ExampleProcess.start(this.temp, List.of("--backup.root=" + this.site.root(), "--backup.target=copy",
				"--backup.exit=true", "--test.journal=" + journal, "--test.copy-delay=100"));
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
