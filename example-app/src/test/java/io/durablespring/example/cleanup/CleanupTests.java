package io.durablespring.example.cleanup;

import java.time.Duration;
import java.util.List;

import io.durablespring.DailyTime;
import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.StartOptions;
import io.durablespring.example.ExampleTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Cleanup}.
 */
@ExampleTest
class CleanupTests {

	private static final String ID = "cleanup-test";

	private static final DailyTime NIGHT = DailyTime.at("03:00", "Europe/Paris");

	@Autowired
	private DurableClient client;

	@AfterEach
	void end() throws Exception {
		this.client.terminate(ID, "The test is over");
		this.client.awaitCompletion(ID, Duration.ofSeconds(30));
	}

	@Test
	void cleanupWaitsForTheNight() throws Exception {
		start(Duration.ofDays(30));
		await().atMost(Duration.ofSeconds(30)).until(() -> timer() != null);
		HistoryEntry timer = timer();
		assertThat(timer.fireAt()).isEqualTo(NIGHT.after(timer.timestamp()));
		assertThatExceptionOfType(InstanceAlreadyExistsException.class).as("a second one")
			.isThrownBy(() -> start(Duration.ofDays(30)));
	}

	@Test
	void cleanupRemovesWhatIsOldAndGoesOnForEver() throws Exception {
		String finished = this.client.start("HelloSequence", List.of());
		this.client.awaitCompletion(finished, Duration.ofSeconds(30));
		start(Duration.ofDays(30));
		OrchestrationMetadata first = this.client.awaitStart(ID, Duration.ofSeconds(30));

		OrchestrationMetadata second = cleanNow(first);
		assertThat(second.customStatus().as(String.class)).endsWith(": removed 0 instances");
		assertThat(this.client.get(finished)).as("not old enough").isPresent();

		OrchestrationMetadata third = cleanNow(second);
		assertThat(third.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(third.createdAt()).isEqualTo(first.createdAt());
		assertThat(third.readInputAs(CleanupPlan.class)).isEqualTo(new CleanupPlan(NIGHT, Duration.ofDays(30)));
	}

	@Test
	void finishedInstancesAreRemovedAndOthersKept() throws Exception {
		String finished = this.client.start("HelloSequence", List.of());
		this.client.awaitCompletion(finished, Duration.ofSeconds(30));
		start(Duration.ZERO);
		OrchestrationMetadata first = this.client.awaitStart(ID, Duration.ofSeconds(30));
		OrchestrationMetadata second = cleanNow(first);
		assertThat(second.customStatus().as(String.class)).matches(".*: removed [1-9]\\d* instances");
		assertThat(this.client.get(finished)).isEmpty();
	}

	private void start(Duration keep) {
		this.client.start(Cleanup::run, new CleanupPlan(NIGHT, keep), StartOptions.instanceId(ID));
	}

	private OrchestrationMetadata cleanNow(OrchestrationMetadata before) {
		this.client.raiseEvent(ID, "run-now", null);
		return await().atMost(Duration.ofSeconds(30))
			.until(() -> this.client.get(ID).orElseThrow(), (now) -> !now.executionId().equals(before.executionId()));
	}

	private HistoryEntry timer() {
		return this.client.history(ID)
			.stream()
			.filter((entry) -> entry.type().equals("TimerCreated"))
			.findFirst()
			.orElse(null);
	}

}
