package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.durablespring.Activity;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A node takes no more calls while too many outcomes cannot be sent.
 */
class UnsentOutcomeTests {

	private final List<CompletableFuture<Void>> unanswered = new ArrayList<>();

	private Transport.Receiver receiver;

	private int delivered;

	@Test
	void callsWaitUntilOutcomesAreOnTheirWay() {
		InMemoryStore store = new InMemoryStore();
		try (TestNode node = TestNode.start(store, store, new Mute(), RuntimeSettings.defaults(), new Talkative())) {
			deliverAll(1000);
			assertThat(this.delivered).as("eight megabytes, and what was running").isBetween(84, 84 + 100);
			int before = this.delivered;
			answer(30);
			deliverAll(1000);
			assertThat(this.delivered).isBetween(before + 20, before + 100);
			answer(1000);
			await().until(() -> this.receiver.activityCapacity() > 0);
			answer(1000);
		}
	}

	private void deliverAll(int most) {
		for (int i = 0; i < most; i++) {
			// What runs has an outcome soon.
			await().until(() -> running() == 0);
			if (this.receiver.activityCapacity() <= 0) {
				return;
			}
			this.receiver.activities(List.of(new Call("call-" + this.delivered)));
			this.delivered++;
			await().until(() -> outcomes() == this.delivered);
		}
	}

	private int answered;

	private int outcomes() {
		synchronized (this.unanswered) {
			return this.unanswered.size() + this.answered;
		}
	}

	private int running() {
		return this.delivered - outcomes();
	}

	private void answer(int most) {
		List<CompletableFuture<Void>> some;
		synchronized (this.unanswered) {
			some = new ArrayList<>(this.unanswered.subList(0, Math.min(most, this.unanswered.size())));
			this.unanswered.subList(0, some.size()).clear();
			this.answered += some.size();
		}
		some.forEach((one) -> one.complete(null));
	}

	static class Talkative {

		@Activity
		String talk() {
			return "x".repeat(100_000);
		}

	}

	private record Call(String id) implements Transport.ActivityDelivery {

		@Override
		public Message.ToActivity message() {
			return new Message.ToActivity(this.id, "instance", "x", 1, "talk", null, null);
		}

		@Override
		public boolean redelivered() {
			return false;
		}

		@Override
		public void acknowledge() {
		}

	}

	/** Answers when it is told to. */
	private final class Mute implements Transport {

		@Override
		public void start(Subscription subscription, Receiver receiver) {
			UnsentOutcomeTests.this.receiver = receiver;
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			CompletableFuture<Void> answer = new CompletableFuture<>();
			synchronized (UnsentOutcomeTests.this.unanswered) {
				UnsentOutcomeTests.this.unanswered.add(answer);
			}
			return answer;
		}

		@Override
		public void stop() {
		}

		@Override
		public void close() {
		}

		@Override
		public void deadLetter(Message message, String reason) {
		}

		@Override
		public Status status() {
			return new Status("mute", null, Map.of(), Map.of());
		}

	}

}
