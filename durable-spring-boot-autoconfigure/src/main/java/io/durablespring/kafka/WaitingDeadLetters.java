package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import io.durablespring.spi.DeadLetterQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ConsumerFactory;

/**
 * The dead-letter topic from the position of its consumer group on, which all nodes
 * share. A node moves it only past what it has sent itself, so that whatever nodes do at
 * once, nothing is left out.
 */
final class WaitingDeadLetters implements DeadLetterQueue {

	private static final Logger logger = LoggerFactory.getLogger(WaitingDeadLetters.class);

	private static final Duration COUNT_TIMEOUT = Duration.ofSeconds(2);

	/** What is in memory at once, and must be sent before the position moves on. */
	private static final int BATCH_RECORDS = 100;

	private static final int BATCH_BYTES = 4 * 1024 * 1024;

	private final Duration timeout;

	private final Topics topics;

	private final BrokerLink link;

	private final ConsumerFactory<String, byte[]> consumers;

	private final ReturnAddress address;

	private final RecordSender sender;

	private final DeadLetters deadLetters;

	private final ReentrantLock redriving = new ReentrantLock();

	private final AtomicInteger readers = new AtomicInteger();

	WaitingDeadLetters(Duration timeout, Topics topics, BrokerLink link, ConsumerFactory<String, byte[]> consumers,
			ReturnAddress address, RecordSender sender, DeadLetters deadLetters) {
		this.timeout = timeout;
		this.topics = topics;
		this.link = link;
		this.consumers = consumers;
		this.address = address;
		this.sender = sender;
		this.deadLetters = deadLetters;
	}

	@Override
	public long count() {
		this.topics.partitions(this.topics.deadLetters());
		return this.link.waiting(group(), this.topics.deadLetters(), COUNT_TIMEOUT);
	}

	@Override
	public List<DeadLetter> list(int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("limit must be at least 1, not " + limit);
		}
		// By partition, so that those of the same millisecond always come out alike.
		SortedMap<Integer, List<DeadLetter>> letters = new TreeMap<>();
		try (DeadLetterReader reader = reader()) {
			for (List<ConsumerRecord<String, byte[]>> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
				for (ConsumerRecord<String, byte[]> record : batch) {
					List<DeadLetter> partition = letters.computeIfAbsent(record.partition(),
							(key) -> new ArrayList<>());
					if (partition.size() < limit) {
						partition.add(letter(record));
					}
					else {
						reader.leave(new TopicPartition(record.topic(), record.partition()));
					}
				}
			}
		}
		catch (KafkaException ex) {
			throw new KafkaException("Cannot read the dead letters: " + ex.getMessage(), ex);
		}
		return letters.values()
			.stream()
			.flatMap(Collection::stream)
			.sorted(Comparator.comparing(DeadLetter::time))
			.limit(limit)
			.toList();
	}

	private DeadLetter letter(ConsumerRecord<String, byte[]> record) {
		String reason = WireFormat.header(record, DeadLetters.REASON);
		return new DeadLetter(ReturnAddress.time(record), position(record), ReturnAddress.origin(record), record.key(),
				WireFormat.header(record, WireFormat.ID), WireFormat.header(record, WireFormat.TYPE),
				(reason != null) ? reason : "It does not say why", this.address.obstacle(record));
	}

	private static String position(ConsumerRecord<?, ?> record) {
		return record.topic() + "-" + record.partition() + "@" + record.offset();
	}

	@Override
	public Redriven redrive() {
		long sent = 0;
		long left = 0;
		// For the count: two at once would send everything twice.
		this.redriving.lock();
		try (DeadLetterReader reader = reader()) {
			for (List<ConsumerRecord<String, byte[]>> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
				int accepted = send(batch);
				sent += accepted;
				left += batch.size() - accepted;
				reader.commit();
			}
		}
		catch (KafkaException | TopicUnavailableException ex) {
			throw new KafkaException("Redriving has stopped, sent so far: " + sent + ", some of which may still wait: "
					+ ex.getMessage(), ex);
		}
		finally {
			this.redriving.unlock();
		}
		logger.info("Sent {} dead letters to where they came from, left out {}", sent, left);
		return new Redriven(sent, left);
	}

	private DeadLetterReader reader() {
		this.link.check(this.timeout);
		this.topics.partitions(this.topics.deadLetters());
		Properties properties = new Properties();
		properties.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, String.valueOf(BATCH_RECORDS));
		properties.setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, String.valueOf(BATCH_BYTES));
		return new DeadLetterReader(this.consumers.createConsumer(group(), null,
				"-dead-letters-" + this.readers.incrementAndGet(), properties), this.topics.deadLetters(),
				this.timeout);
	}

	private String group() {
		return this.topics.deadLetters();
	}

	/**
	 * Sends a batch and waits until the broker has it.
	 * @return how many records of it were sent; the others cannot be
	 */
	private int send(List<ConsumerRecord<String, byte[]>> batch) {
		List<CompletableFuture<Boolean>> stages = new ArrayList<>(batch.size());
		for (ConsumerRecord<String, byte[]> letter : batch) {
			CompletableFuture<Boolean> stage = send(letter);
			stages.add(stage);
			if (stage.isCompletedExceptionally()) {
				// The broker does not answer: each further record would wait for it.
				break;
			}
		}
		try {
			CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
				.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw new KafkaException(String.valueOf(ex.getCause()), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new KafkaException("the broker took none within " + this.timeout.toMillis() + " ms", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KafkaException("interrupted", ex);
		}
		return (int) stages.stream().filter(CompletableFuture::join).count();
	}

	private CompletableFuture<Boolean> send(ConsumerRecord<String, byte[]> letter) {
		String obstacle = this.address.obstacle(letter);
		if (obstacle != null) {
			logger.warn("Leaving out the dead letter at {}, {} {} of instance '{}': {}", position(letter),
					WireFormat.header(letter, WireFormat.TYPE), WireFormat.header(letter, WireFormat.ID), letter.key(),
					obstacle);
			return CompletableFuture.completedFuture(false);
		}
		ProducerRecord<String, byte[]> record;
		try {
			record = this.address.addressed(letter);
		}
		catch (TopicUnavailableException ex) {
			if (!ex.isMissing()) {
				throw ex;
			}
			return putAsideAgain(this.address.unaddressed(letter), ex);
		}
		return this.sender.send(record)
			// Not on the producer's thread, which must never wait for itself.
			.handleAsync((metadata, failure) -> (failure == null) ? CompletableFuture.completedFuture(true)
					: MessageSender.isHopeless(failure) ? putAsideAgain(record, failure)
							: CompletableFuture.<Boolean>failedFuture(failure))
			.thenCompose((stage) -> stage);
	}

	/** Behind all others, so that it holds up none of them. */
	private CompletableFuture<Boolean> putAsideAgain(ProducerRecord<String, byte[]> record, Throwable failure) {
		return this.deadLetters.unsent(record, String.valueOf(failure.getMessage())).thenApply((ignored) -> false);
	}

}
