package io.durablespring.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.durablespring.history.HistoryCodec;
import io.durablespring.history.Message;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import io.durablespring.spi.DeadLetterQueue;
import io.durablespring.spi.Notices;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Carries messages over Kafka topics: one for orchestrations, one for each activity
 * queue, one for what nodes with other versions must take, one for what cannot be
 * processed, one for what nodes tell each other. Nodes with the same task hub share the
 * work through consumer groups.
 */
public final class KafkaTransport implements Transport {

	private static final Logger logger = LoggerFactory.getLogger(KafkaTransport.class);

	private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	/** How many calls are taken at once by a node that wanted none when it started. */
	private static final int SHARE_BATCH = 20;

	private final KafkaTransportSettings settings;

	private final DefaultKafkaConsumerFactory<String, byte[]> consumers;

	private final String bootstrapServers;

	private final Map<String, Object> adminProperties;

	private final WireFormat wire;

	private final RecordSender sender;

	/** Not the lifecycle's lock: who stops waits for receivers that may be sending. */
	private final Object connecting = new Object();

	private volatile @Nullable Connection connection;

	private volatile @Nullable Receiving receiving;

	private volatile boolean closed;

	/**
	 * Creates a transport; {@link #start} connects it.
	 * @param settings how it behaves
	 * @param codec how events become JSON
	 * @param consumers makes consumers; the transport takes it over and sets what it
	 * relies on
	 * @param producers makes producers; the transport takes it over and sets what it
	 * relies on
	 * @param adminProperties the admin client's properties
	 */
	public KafkaTransport(KafkaTransportSettings settings, HistoryCodec codec,
			DefaultKafkaConsumerFactory<String, byte[]> consumers,
			DefaultKafkaProducerFactory<String, byte[]> producers, Map<String, Object> adminProperties) {
		this.settings = settings;
		this.consumers = consumers;
		this.adminProperties = Map.copyOf(adminProperties);
		this.bootstrapServers = servers(adminProperties);
		this.wire = new WireFormat(settings.hub(), codec);
		ClientProperties.apply(producers, STOP_TIMEOUT);
		ClientProperties.apply(consumers);
		this.sender = new RecordSender(producers);
		Topics.checkHub(settings.hub());
	}

	private static String servers(Map<String, Object> properties) {
		Object servers = properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
		return (servers instanceof List<?> list) ? String.join(",", list.stream().map(String::valueOf).toList())
				: String.valueOf(servers);
	}

	/**
	 * Starts receiving. Called once.
	 * @throws BrokerUnreachableException if no broker answers
	 * @throws TopicUnavailableException if a topic is missing and cannot be created
	 */
	@Override
	public synchronized void start(Subscription subscription, Receiver receiver) {
		Connection connected = connection();
		Topics topics = connected.topics();
		connected.link().check(this.settings.brokerTimeout());
		List.of(topics.orchestrations(), topics.versions(), topics.deadLetters()).forEach(topics::partitions);
		subscription.activityQueues().forEach((queue) -> topics.partitions(topics.activities(queue)));
		GroupProtocol protocol = connected.link()
			.groupProtocol(this.settings.groupProtocol(), this.settings.brokerTimeout());
		ClientProperties.apply(this.consumers, protocol);
		Containers containers = new Containers(this.settings, topics, this.consumers);
		ActivityDispatcher dispatcher = new ActivityDispatcher(receiver, this.settings.retryBackoff());
		List<ActivityConsumer> activities = new ArrayList<>();
		for (String queue : subscription.activityQueues()) {
			activities
				.add(connected.share().isFor(topics.activities(queue), topics.partitions(topics.activities(queue)))
						? share(connected, queue, dispatcher, receiver) : new ActivityQueueConsumer(queue, this.wire,
								connected.deadLetters(), dispatcher, containers, this.settings.offsetCommitInterval()));
		}
		ConcurrentMessageListenerContainer<String, byte[]> orchestrations = null;
		ConcurrentMessageListenerContainer<String, byte[]> versions = null;
		if (subscription.orchestrations()) {
			OrchestrationDelivery delivery = connected.delivery();
			delivery.start(receiver);
			OrchestrationListener listener = new OrchestrationListener(this.wire, connected.deadLetters(), delivery);
			orchestrations = containers.orchestrations(listener, delivery);
			versions = containers.versions(new VersionsListener(listener, subscription.versions(),
					this.settings.receivedRetention(), Clock.systemUTC()), subscription.versions().fingerprint());
		}
		if (subscription.orchestrations() && subscription.activityQueues().isEmpty()) {
			// Not to be guessed: it may be right, if others run all activities.
			logger.info("This node has no activities: calls wait in '{}' until another node or worker takes them",
					topics.activities(""));
		}
		NoticeTopic notices = new NoticeTopic(topics, this.wire, this.sender, this.consumers,
				this.settings.brokerTimeout(), receiver, orchestrations);
		Receiving started = new Receiving(protocol, dispatcher, activities, orchestrations, versions, notices,
				connected.delivery());
		this.receiving = started;
		started.start();
	}

	private ShareQueueConsumer share(Connection connected, String queue, ActivityDispatcher dispatcher,
			Receiver receiver) {
		String topic = connected.topics().activities(queue);
		int wanted = receiver.activityCapacity();
		// No more than the node can begin with: others may have room for the rest.
		int batch = (wanted > 0) ? Math.min(wanted, ActivityQueueConsumer.BUFFERED) : SHARE_BATCH;
		Map<String, Object> properties = ClientProperties.share(this.consumers.getConfigurationProperties(),
				ShareMode.group(topic), batch);
		Map<Integer, Long> ends = connected.link()
			.ends(topic, connected.topics().partitions(topic), this.settings.brokerTimeout());
		return new ShareQueueConsumer(
				new ShareQueueConsumer.Source(queue.isEmpty() ? null : queue, topic, ends,
						() -> new KafkaShareConsumer<>(properties, new StringDeserializer(),
								new ByteArrayDeserializer()),
						this.wire, connected.deadLetters(), this.sender),
				dispatcher, receiver::activityCapacity, batch, this.settings);
	}

	@Override
	public synchronized void stop() {
		Receiving current = this.receiving;
		if (current != null) {
			current.stop(STOP_TIMEOUT);
		}
	}

	@Override
	public synchronized void close() {
		if (this.closed) {
			return;
		}
		Receiving current = this.receiving;
		if (current != null) {
			current.stop(STOP_TIMEOUT);
			current.close(STOP_TIMEOUT);
		}
		this.sender.close();
		synchronized (this.connecting) {
			this.closed = true;
			if (this.connection != null) {
				// Without waiting for answers that nobody is interested in any more.
				this.connection.admin().close(Duration.ZERO);
			}
		}
	}

	/**
	 * Sends messages. The result is completed on the producer's thread: what depends on
	 * it must not send or wait there.
	 */
	@Override
	public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
		try {
			return connection().messages().send(messages, resent);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Puts a message aside on the dead-letter topic and waits until it is safe there.
	 * @throws KafkaException if it is not; the message must not be acknowledged then
	 */
	@Override
	public void deadLetter(Message message, String reason) {
		try {
			connection().messages()
				.putAside(message, reason)
				.get(this.settings.brokerTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new KafkaException("Cannot put message " + message.id() + " aside", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KafkaException("Interrupted while putting message " + message.id() + " aside", ex);
		}
	}

	/**
	 * What waits on the dead-letter topic. A consumer group without members, named as the
	 * topic, holds the position.
	 */
	@Override
	public DeadLetterQueue deadLetters() {
		return connection().waiting();
	}

	/**
	 * Those of a topic that all nodes read; {@code null} if it cannot be used, or this
	 * node does not receive.
	 */
	@Override
	public @Nullable Notices notices() {
		Receiving current = this.receiving;
		return (current != null && current.notices().isRunning()) ? current.notices() : null;
	}

	@Override
	public Status status() {
		Map<String, Object> details = new HashMap<>();
		details.put("bootstrapServers", this.bootstrapServers);
		Receiving current = this.receiving;
		Map<String, Long> lag = Map.of();
		String problem = null;
		try {
			Connection connected = connection();
			details.put("deadLetterCount", connected.deadLetters().count());
			details.put("partitions", connected.topics().known());
			if (current != null) {
				details.put("groupProtocol", current.protocol().name().toLowerCase(Locale.ROOT));
				problem = current.problem();
				details.put("activityModes", current.activityModes());
				details.put("deliveredDirectly", connected.delivery().deliveredDirectly());
				lag = new HashMap<>(connected.link()
					.lag(current.topicsByGroup(connected.topics()), connected.topics().known(), STATUS_TIMEOUT));
				lag.putAll(connected.link()
					.shareLag(current.topicsByShareGroup(), connected.topics().known(), STATUS_TIMEOUT));
				putWaiting(connected.waiting(), details);
			}
			else {
				connected.link().check(STATUS_TIMEOUT);
			}
		}
		catch (BrokerUnreachableException ex) {
			problem = ex.getMessage();
		}
		catch (RuntimeException ex) {
			problem = ex.toString();
		}
		return new Status("kafka", problem, lag, details);
	}

	/** For an operator to see: nothing that the node works with depends on it. */
	private static void putWaiting(DeadLetterQueue waiting, Map<String, Object> details) {
		try {
			details.put("waitingDeadLetters", waiting.count());
		}
		catch (RuntimeException ex) {
			logger.debug("Not showing how many dead letters wait", ex);
		}
	}

	/** How many calls are here that have not been delivered yet. */
	int bufferedCalls() {
		Receiving current = this.receiving;
		return (current != null) ? current.activities().stream().mapToInt(ActivityConsumer::buffered).sum() : 0;
	}

	private Connection connection() {
		Connection current = this.connection;
		if (current == null || this.closed) {
			synchronized (this.connecting) {
				if (this.closed) {
					throw new IllegalStateException("The transport is closed");
				}
				current = this.connection;
				if (current == null) {
					current = connect();
					this.connection = current;
				}
			}
		}
		return current;
	}

	private Connection connect() {
		Admin admin;
		try {
			admin = Admin.create(this.adminProperties);
		}
		catch (KafkaException ex) {
			// Such as a host name that nobody can resolve.
			throw new BrokerUnreachableException(this.bootstrapServers,
					String.valueOf((ex.getCause() != null) ? ex.getCause().getMessage() : ex.getMessage()), ex);
		}
		BrokerLink link = new BrokerLink(admin, this.bootstrapServers);
		ShareMode share = new ShareMode(this.settings, link);
		Topics topics = new Topics(this.settings, admin, link, share::isPossible);
		DeadLetters deadLetters = new DeadLetters(topics, this.sender);
		ReturnAddress address = new ReturnAddress(topics, this.settings.receivedRetention(), Clock.systemUTC());
		OrchestrationDelivery delivery = new OrchestrationDelivery(topics, this.settings.directDelivery());
		return new Connection(admin, link, share, topics, deadLetters, delivery,
				new MessageSender(topics, this.wire, this.sender, deadLetters, delivery),
				new WaitingDeadLetters(this.settings.brokerTimeout(), topics, link, this.consumers, address,
						this.sender, deadLetters));
	}

	/**
	 * What sending needs.
	 */
	private record Connection(Admin admin, BrokerLink link, ShareMode share, Topics topics, DeadLetters deadLetters,
			OrchestrationDelivery delivery, MessageSender messages, WaitingDeadLetters waiting) {
	}

}
