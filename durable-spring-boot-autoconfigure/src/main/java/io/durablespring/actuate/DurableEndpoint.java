package io.durablespring.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.durablespring.InstanceCount;
import io.durablespring.InstanceStatus;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Shows what this node has registered and how it and its task hub are. Answers even if
 * the store or the broker does not.
 */
@Endpoint(id = "durable", defaultAccess = Access.READ_ONLY)
public final class DurableEndpoint {

	private final String taskHub;

	private final DefinitionRegistry registry;

	private final DurableRuntime runtime;

	private final InstanceQueries queries;

	private final Outbox outbox;

	private final Transport transport;

	private final MessageCounters counters;

	/**
	 * Creates the endpoint.
	 * @param taskHub the task hub's name
	 * @param registry what is registered
	 * @param runtime the node
	 * @param queries the store's read side
	 * @param outbox the store's outbox
	 * @param transport what carries messages
	 * @param counters what went nowhere
	 */
	public DurableEndpoint(String taskHub, DefinitionRegistry registry, DurableRuntime runtime, InstanceQueries queries,
			Outbox outbox, Transport transport, MessageCounters counters) {
		this.taskHub = taskHub;
		this.registry = registry;
		this.runtime = runtime;
		this.queries = queries;
		this.outbox = outbox;
		this.transport = transport;
		this.counters = counters;
	}

	/**
	 * Describes node and task hub.
	 * @return a snapshot
	 */
	@ReadOperation
	public Report durable() {
		DurableRuntime.Status status = this.runtime.status();
		return new Report(this.taskHub,
				new Node(this.runtime.isRunning(), status.cachedExecutions(), status.runningActivities(),
						status.unacknowledgedEntries(), this.counters.dropped(), this.counters.deadLettered()),
				methods(this.registry.orchestrators(), false), methods(this.registry.activities(), true), store(),
				this.transport.status());
	}

	private static List<AnnotatedMethod> methods(Collection<Definition> definitions, boolean queues) {
		return definitions.stream()
			.sorted(Comparator.comparing(Definition::name)
				.thenComparing(Definition::version, Comparator.nullsFirst(Comparator.naturalOrder())))
			.map((definition) -> new AnnotatedMethod(definition.name(), definition.version(),
					definition.beanType().getName(), definition.method().getName(), queues ? definition.queue() : null))
			.toList();
	}

	private Store store() {
		try {
			Map<InstanceStatus, Long> counts = new EnumMap<>(InstanceStatus.class);
			List<InstanceCount> byName = this.queries.counts();
			byName.forEach((count) -> counts.merge(count.status(), count.count(), Long::sum));
			Instant now = Clock.systemUTC().instant();
			Instant oldest = this.outbox.oldestUnsent(now, this.runtime.heldEntries()).orElse(null);
			return new Store(counts, byName, oldest, (oldest != null) ? Duration.between(oldest, now) : null, null);
		}
		catch (RuntimeException ex) {
			return new Store(Map.of(), List.of(), null, null, ex.toString());
		}
	}

	/**
	 * Node and task hub.
	 *
	 * @param taskHub the task hub's name
	 * @param node this node
	 * @param orchestrators the orchestrators of this node
	 * @param activities the activities of this node
	 * @param store what is stored, for all nodes
	 * @param transport what carries messages
	 */
	public record Report(String taskHub, Node node, List<AnnotatedMethod> orchestrators,
			List<AnnotatedMethod> activities, Store store,
			Transport.Status transport) implements OperationResponseBody {
	}

	/**
	 * This node.
	 *
	 * @param running whether it receives messages
	 * @param cachedExecutions how many waiting executions it keeps in memory
	 * @param runningActivities how many activities it runs
	 * @param unacknowledgedEntries how many outbox entries it has yet to send
	 * @param droppedMessages how many messages had no consequence any more, by reason
	 * @param deadLetteredMessages how many messages it put aside
	 */
	public record Node(boolean running, int cachedExecutions, int runningActivities, int unacknowledgedEntries,
			Map<String, Long> droppedMessages, long deadLetteredMessages) {
	}

	/**
	 * An orchestrator or activity.
	 *
	 * @param name the name it is registered under
	 * @param version the orchestrator's version, if it names one
	 * @param beanType the bean's class
	 * @param method the method's name
	 * @param queue the activity's queue, empty for the default; {@code null} for an
	 * orchestrator
	 */
	public record AnnotatedMethod(String name, @Nullable String version, String beanType, String method,
			@Nullable String queue) {
	}

	/**
	 * What is stored.
	 *
	 * @param instances how many instances there are, by status
	 * @param instancesByName how many instances there are, by orchestrator and status
	 * @param oldestUnsent since when the oldest unsent outbox entry is due
	 * @param oldestUnsentAge how long that is ago
	 * @param problem why the store could not be read
	 */
	public record Store(Map<InstanceStatus, Long> instances, List<InstanceCount> instancesByName,
			@Nullable Instant oldestUnsent, @Nullable Duration oldestUnsentAge, @Nullable String problem) {
	}

}
