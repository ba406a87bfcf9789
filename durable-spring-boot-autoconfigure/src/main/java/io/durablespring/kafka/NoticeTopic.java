package io.durablespring.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.durablespring.spi.Notices;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Notices on a topic of one partition, which every node reads for itself, without a group
 * and from its end on. Thread-safe.
 */
final class NoticeTopic implements Notices {

	private static final Logger logger = LoggerFactory.getLogger(NoticeTopic.class);

	private static final Duration POLL = Duration.ofMillis(500);

	private static final Duration PAUSE = Duration.ofSeconds(5);

	private final Topics topics;

	private final WireFormat wire;

	private final RecordSender sender;

	private final ConsumerFactory<String, byte[]> consumers;

	private final Duration brokerTimeout;

	private final Transport.Receiver receiver;

	private final @Nullable MessageListenerContainer orchestrations;

	private final CountDownLatch stopped = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "durable-notices");

	private volatile @Nullable Consumer<String, byte[]> consumer;

	/**
	 * Creates the notices of a node.
	 * @param orchestrations the consumers of the orchestrations topic, if the node has
	 * them
	 */
	NoticeTopic(Topics topics, WireFormat wire, RecordSender sender, ConsumerFactory<String, byte[]> consumers,
			Duration brokerTimeout, Transport.Receiver receiver, @Nullable MessageListenerContainer orchestrations) {
		this.topics = topics;
		this.wire = wire;
		this.sender = sender;
		this.consumers = consumers;
		this.brokerTimeout = brokerTimeout;
		this.receiver = receiver;
		this.orchestrations = orchestrations;
		this.thread.setDaemon(true);
	}

	/**
	 * Starts receiving: what is sent from now on arrives. A node without notices works as
	 * well, only slower where somebody waits.
	 * @return whether there are notices
	 */
	boolean start() {
		try {
			this.topics.partitions(this.topics.notices());
			this.consumer = open();
		}
		catch (RuntimeException ex) {
			logger.warn("Whoever waits here for instances that run on other nodes looks at the database twice a second,"
					+ " because topic '{}' cannot be used: {}", this.topics.notices(), ex.toString());
			this.stopped.countDown();
			return false;
		}
		this.thread.start();
		return true;
	}

	private Consumer<String, byte[]> open() {
		Properties properties = new Properties();
		// Whatever the application has: at once, one by one, and none of before.
		properties.setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
		properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
		// There is no group. The client of the consumer protocol (4.2) now and then
		// sleeps
		// through what arrives, until its poll ends.
		if (!this.consumers.getConfigurationProperties().containsKey(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG)) {
			properties.setProperty(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
		}
		Consumer<String, byte[]> opened = this.consumers.createConsumer(null, null, "-" + this.topics.notices(),
				properties);
		try {
			TopicPartition partition = new TopicPartition(this.topics.notices(), 0);
			opened.assign(List.of(partition));
			opened.seekToEnd(List.of(partition));
			opened.position(partition, this.brokerTimeout);
			return opened;
		}
		catch (RuntimeException ex) {
			close(opened);
			throw ex;
		}
	}

	private void run() {
		while (isRunning()) {
			try {
				Consumer<String, byte[]> current = this.consumer;
				if (current == null) {
					current = open();
					this.consumer = current;
				}
				current.poll(POLL).forEach(this::deliver);
			}
			catch (WakeupException ex) {
				// To look whether it is to stop.
			}
			catch (RuntimeException ex) {
				logger.warn("Reading notices of other nodes failed and is tried again in {}: {}", PAUSE, ex.toString());
				closeCurrent();
				pause();
			}
		}
		closeCurrent();
	}

	private void deliver(ConsumerRecord<String, byte[]> record) {
		try {
			Notice notice = this.wire.notice(record);
			if (notice != null) {
				this.receiver.notice(notice);
			}
		}
		catch (RuntimeException ex) {
			// Nobody depends on it.
			logger.debug("Skipping a notice", ex);
		}
	}

	private void closeCurrent() {
		Consumer<String, byte[]> current = this.consumer;
		this.consumer = null;
		if (current != null) {
			close(current);
		}
	}

	private static void close(Consumer<String, byte[]> consumer) {
		try {
			consumer.close(CloseOptions.timeout(Duration.ZERO));
		}
		catch (RuntimeException ex) {
			logger.debug("Closing a consumer failed", ex);
		}
	}

	@SuppressWarnings("ResultOfMethodCallIgnored")
	private void pause() {
		try {
			this.stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			this.stopped.countDown();
		}
	}

	boolean isRunning() {
		return this.stopped.getCount() > 0;
	}

	void stop(Duration timeout) {
		this.stopped.countDown();
		Consumer<String, byte[]> current = this.consumer;
		if (current != null) {
			current.wakeup();
		}
		try {
			this.thread.join(timeout.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void send(Notice notice) {
		this.sender.send(this.wire.record(this.topics.notices(), notice)).whenComplete((sent, failure) -> {
			if (failure != null) {
				logger.debug("A notice to other nodes is lost", failure);
			}
		});
	}

	@Override
	public boolean isTakenHere(String instanceId) {
		Collection<TopicPartition> assigned = (this.orchestrations != null)
				? this.orchestrations.getAssignedPartitions() : null;
		String topic = this.topics.orchestrations();
		return assigned != null
				&& assigned.contains(new TopicPartition(topic, this.topics.partition(topic, instanceId)));
	}

}
