package io.durablespring.kafka;

import java.time.Duration;

import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import org.jspecify.annotations.Nullable;

/**
 * Consumes one activity queue and hands its calls to the {@link ActivityDispatcher}.
 */
interface ActivityConsumer {

	void start();

	/**
	 * Takes no more calls, and keeps those that run until they are acknowledged.
	 */
	void drain();

	/**
	 * Leaves the group, whatever still runs.
	 * @param timeout how long to wait at most
	 */
	void close(Duration timeout);

	String topic();

	/** The group that the nodes of the task hub are members of. */
	String group();

	ActivityMode mode();

	/** How many calls are here that have not been delivered yet. */
	int buffered();

	/**
	 * What is wrong.
	 * @return a sentence, {@code null} if nothing is
	 */
	@Nullable String problem();

}
