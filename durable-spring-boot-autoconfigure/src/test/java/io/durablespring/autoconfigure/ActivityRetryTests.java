package io.durablespring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.CallOptions;
import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
import io.durablespring.RetryPolicy;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which retry policy applies: that of the call, of the property for the name, of the
 * annotation, or of the property for all others.
 */
class ActivityRetryTests {

	private final ApplicationContextRunner runner = ContextRunners.inMemory().withBean(Flaky.class);

	private final ApplicationContextRunner withDefault = this.runner.withPropertyValues(
			"durable.activities.retry.default.max-attempts=5",
			"durable.activities.retry.default.first-retry-interval=1ms");

	@Test
	void withoutAnyPolicyNothingIsTriedAgain() {
		this.runner.run((context) -> assertThat(attempts(context.getBean(DurableClient.class), "plain")).isEmpty());
	}

	@Test
	void anActivityWithoutAPolicyOfItsOwnHasThatOfTheDefault() {
		this.withDefault.run((context) -> assertThat(attempts(context.getBean(DurableClient.class), "plain"))
			.containsExactly(1, 2, 3, 4, 5));
	}

	@Test
	void thePolicyOfTheAnnotationWinsOverTheDefault() {
		this.withDefault.run((context) -> assertThat(attempts(context.getBean(DurableClient.class), "Flaky.annotated"))
			.containsExactly(1, 2, 3));
	}

	@Test
	void thePolicyForTheNameWinsOverTheAnnotation() {
		this.withDefault
			.withPropertyValues("durable.activities.retry[Flaky.annotated].max-attempts=2",
					"durable.activities.retry[Flaky.annotated].first-retry-interval=1ms")
			.run((context) -> assertThat(attempts(context.getBean(DurableClient.class), "Flaky.annotated"))
				.containsExactly(1, 2));
	}

	@Test
	void thePolicyOfTheCallWinsOverAll() {
		this.withDefault
			.withPropertyValues("durable.activities.retry[Flaky.annotated].max-attempts=2",
					"durable.activities.retry[Flaky.annotated].first-retry-interval=1ms")
			.run((context) -> assertThat(attempts(context.getBean(DurableClient.class), "call")).containsExactly(1, 2,
					3, 4));
	}

	@Test
	void aPropertyMaySwitchRetriesOff() {
		this.runner.withPropertyValues("durable.activities.retry[Flaky.annotated].max-attempts=1")
			.run((context) -> assertThat(context.getBean(DurableClient.class)
				.history(failed(context.getBean(DurableClient.class), "Flaky.annotated")))
				.filteredOn((entry) -> entry.type().equals("TaskScheduled"))
				.hasSize(1));
	}

	@Test
	void someFailuresAreNotTriedAgain() {
		this.withDefault
			.withPropertyValues(
					"durable.activities.retry.default.non-retryable=java.io.IOException,java.lang.RuntimeException")
			.run((context) -> assertThat(attempts(context.getBean(DurableClient.class), "plain")).containsExactly(1));
	}

	@Test
	void anActivityKnowsItsAttempt() {
		this.withDefault.run((context) -> {
			attempts(context.getBean(DurableClient.class), "plain");
			assertThat(context.getBean(Flaky.class).seen).isEqualTo(5);
		});
	}

	private static List<Integer> attempts(DurableClient client, String activity) throws Exception {
		return client.history(failed(client, activity))
			.stream()
			.filter((entry) -> entry.type().equals("TaskScheduled"))
			.map(HistoryEntry::attempt)
			.filter(Objects::nonNull)
			.toList();
	}

	private static String failed(DurableClient client, String activity) throws Exception {
		String id = client.start("flow", activity);
		OrchestrationMetadata done = client.awaitCompletion(id, Duration.ofSeconds(30));
		assertThat(done.status()).isEqualTo(InstanceStatus.FAILED);
		return id;
	}

	static class Flaky {

		private final ActivityContext call;

		private volatile int seen;

		Flaky(ActivityContext call) {
			this.call = call;
		}

		@Orchestrator
		void flow(OrchestrationContext context, String activity) {
			if (activity.equals("call")) {
				context.withOptions(CallOptions.retry(RetryPolicy.of(4, Duration.ofMillis(1))))
					.callActivity(Flaky::annotated)
					.await();
			}
			context.callActivity(activity, null, Void.class).await();
		}

		@Activity
		void plain() {
			this.seen = this.call.attempt();
			throw new IllegalStateException("not yet");
		}

		@Activity(value = "Flaky.annotated", retry = @Retry(maxAttempts = 3, firstRetryInterval = "1ms"))
		void annotated() {
			throw new IllegalStateException("not yet");
		}

	}

}
