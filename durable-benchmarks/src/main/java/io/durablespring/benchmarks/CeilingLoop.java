package io.durablespring.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Polls a topic, has each batch worked on, sends what comes of it; commits offsets now
 * and then, of what has been sent.
 */
final class CeilingLoop implements AutoCloseable {

	private static final long OFFSETS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private final KafkaConsumer<String, String> consumer;

	private final KafkaProducer<String, String> producer;

	private final Work work;

	private final CeilingTopics topics;

	private final Thread thread;

	private final CountDownLatch assigned = new CountDownLatch(1);

	private volatile boolean running = true;

	CeilingLoop(String broker, String topic, CeilingTopics topics, KafkaProducer<String, String> producer, Work work) {
		Properties properties = new Properties();
		properties.put("bootstrap.servers", broker);
		properties.put("group.id", topic);
		properties.put("group.protocol", "consumer");
		properties.put("enable.auto.commit", "false");
		properties.put("auto.offset.reset", "earliest");
		this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
		this.consumer.subscribe(List.of(topic));
		this.topics = topics;
		this.producer = producer;
		this.work = work;
		this.thread = new Thread(this::run, topic);
	}

	void start() {
		this.thread.start();
	}

	void awaitAssignment() throws InterruptedException {
		if (!this.assigned.await(60, TimeUnit.SECONDS)) {
			throw new IllegalStateException("No partition for " + this.thread.getName());
		}
	}

	private void run() {
		try (this.consumer) {
			long committed = System.nanoTime();
			boolean behind = false;
			while (this.running) {
				ConsumerRecords<String, String> records = this.consumer.poll(Duration.ofMillis(100));
				if (!this.consumer.assignment().isEmpty()) {
					this.assigned.countDown();
				}
				if (!records.isEmpty()) {
					process(records);
					behind = true;
				}
				if (behind && System.nanoTime() - committed > OFFSETS_NANOS) {
					this.producer.flush();
					this.consumer.commitAsync();
					committed = System.nanoTime();
					behind = false;
				}
			}
		}
		catch (Exception ex) {
			ex.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}

	private void process(ConsumerRecords<String, String> records) throws Exception {
		List<CeilingMessage> in = new ArrayList<>(records.count());
		for (ConsumerRecord<String, String> record : records) {
			in.add(CeilingMessage.parse(record.value()));
		}
		for (CeilingMessage message : this.work.on(in)) {
			this.producer.send(this.topics.record(message));
		}
	}

	@Override
	public void close() {
		this.running = false;
		try {
			this.thread.join(10_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** What is done with a batch. */
	@FunctionalInterface
	interface Work {

		/**
		 * Works on messages; on return all that must be durable is.
		 * @return the messages to send
		 */
		List<CeilingMessage> on(List<CeilingMessage> messages) throws Exception;

	}

}
