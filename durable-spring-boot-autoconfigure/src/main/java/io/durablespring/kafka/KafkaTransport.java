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
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Carries messages over Kafka topics: one for orchestrations, one for each activity
 * queue, one for what nodes with other versions must take, one for what cannot be
 * processed. Nodes with the same task hub share the work through consumer groups.
 */
public final class KafkaTransport implements Transport {

	private static final Logger logger = LoggerFactory.getLogger(KafkaTransport.class);

	private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

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
		List<ActivityQueueConsumer> activities = new ArrayList<>();
		for (String queue : subscription.activityQueues()) {
			activities.add(new ActivityQueueConsumer(queue, this.wire, connected.deadLetters(), dispatcher, containers,
					this.settings.offsetCommitInterval()));
		}
		ConcurrentMessageListenerContainer<String, byte[]> orchestrations = null;
		ConcurrentMessageListenerContainer<String, byte[]> versions = null;
		if (subscription.orchestrations()) {
			OrchestrationListener listener = new OrchestrationListener(this.wire, connected.deadLetters(), receiver,
					new InstanceGate());
			orchestrations = containers.orchestrations(listener);
			versions = containers.versions(new VersionsListener(listener, subscription.versions(),
					this.settings.receivedRetention(), Clock.systemUTC()), subscription.versions().fingerprint());
		}
		if (subscription.orchestrations() && subscription.activityQueues().isEmpty()) {
			// Not to be guessed: it may be right, if others run all activities.
			logger.info("This node has no activities: calls wait in '{}' until another node or worker takes them",
					topics.activities(""));
		}
		Receiving started = new Receiving(protocol, dispatcher, activities, orchestrations, versions);
		this.receiving = started;
		started.start();
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
			current.close();
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
				lag = connected.link()
					.lag(current.topicsByGroup(connected.topics()), connected.topics().known(), STATUS_TIMEOUT);
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
		Topics topics = new Topics(this.settings, admin);
		DeadLetters deadLetters = new DeadLetters(topics.deadLetters(), this.sender);
		return new Connection(admin, new BrokerLink(admin, this.bootstrapServers), topics, deadLetters,
				new MessageSender(topics, this.wire, this.sender, deadLetters));
	}

	/**
	 * What sending needs.
	 */
	private record Connection(Admin admin, BrokerLink link, Topics topics, DeadLetters deadLetters,
			MessageSender messages) {
	}

}
