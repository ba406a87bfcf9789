package io.durablespring.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

/**
 * The ground of the transport's contract suites.
 */
abstract class TransportContract {

	static final Instant NOW = Instant.parse("2026-03-01T10:15:30.123456Z");

	static final Transport.Subscription EVERYTHING = new Transport.Subscription(true, Set.of("", "mail"),
			Transport.Versions.any());

	static final Duration WAIT = Duration.ofSeconds(30);

	private final String hub = "contract-" + UUID.randomUUID();

	private final List<Transport> opened = new ArrayList<>();

	/**
	 * Called several times in a test.
	 * @return the transport to check, always the same
	 */
	protected abstract TransportUnderTest transportUnderTest();

	@AfterEach
	void closeTransports() {
		this.opened.forEach(Transport::close);
	}

	final boolean keepsMessages() {
		return transportUnderTest().keepsMessages();
	}

	final Transport open() {
		Transport transport = transportUnderTest().opener().apply(this.hub);
		this.opened.add(transport);
		return transport;
	}

	final Transport start(Transport.Receiver receiver) {
		Transport transport = open();
		transport.start(EVERYTHING, receiver);
		return transport;
	}

	static ConditionFactory await() {
		return Awaitility.await().atMost(WAIT).pollInterval(Duration.ofMillis(20));
	}

	static List<Message.ToOrchestration> events(String instanceId, int from, int to) {
		return IntStream.range(from, to).mapToObj((n) -> event(instanceId, n)).toList();
	}

	static Message.ToOrchestration event(String instanceId, int number) {
		return Message.ToOrchestration.completion(instanceId, "execution-of-" + instanceId,
				new HistoryEvent.TaskCompleted(NOW, number, Payload.of("{\"n\":" + number + "}")));
	}

	static Message.ToActivity call(String instanceId, int taskId, String queue) {
		return Message.ToActivity.of(instanceId, "execution-of-" + instanceId, new HistoryEvent.TaskScheduled(NOW,
				taskId, "copy", queue.isEmpty() ? null : queue, Payload.of("\"file\""), null), Map.of());
	}

}
