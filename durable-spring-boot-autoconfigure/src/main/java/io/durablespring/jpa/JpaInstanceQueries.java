package io.durablespring.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceCount;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.PageToken;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Tuple;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.metamodel.EntityType;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

/**
 * Reads instances through the entities of this package, in the caller's transaction if
 * there is one.
 */
public final class JpaInstanceQueries implements InstanceQueries {

	/**
	 * Selects attributes, not entities: a persistence context would go on returning the
	 * instance as it was read first.
	 */
	private static final String ATTRIBUTES = """
			i.id AS id, i.name AS name, i.version AS version, i.status AS status, i.executionId AS executionId,
			i.failure AS failure, i.customStatus AS customStatus, i.tags AS tags, i.parentId AS parentId,
			i.createdAt AS createdAt, i.startedAt AS startedAt, i.updatedAt AS updatedAt,
			i.completedAt AS completedAt""";

	private static final String PAYLOADS = ", i.input AS input, i.output AS output";

	private static final String FROM = " FROM DurableInstance i WHERE i.hub = :hub";

	private static final String HISTORY = """
			SELECT h.type AS type, h.payload AS payload FROM DurableHistoryEvent h
			JOIN DurableInstance i ON i.hub = h.hub AND i.id = h.instanceId AND i.executionId = h.executionId
			WHERE i.hub = :hub AND i.id = :id ORDER BY h.sequence""";

	private final EntityManager entityManager;

	private final InstanceTable instances;

	private final PayloadTable payloads;

	private final HistoryCodec codec;

	private final String hub;

	/**
	 * Creates the queries.
	 * @param entityManagerFactory knows the entities of this package
	 * @param dataSource the database, for what no entity maps
	 * @param codec how events and failures are stored
	 * @param hub the task hub
	 * @throws IllegalStateException if the factory does not know the entities
	 */
	public JpaInstanceQueries(EntityManagerFactory entityManagerFactory, DataSource dataSource, HistoryCodec codec,
			String hub) {
		if (entityManagerFactory.getMetamodel().getEntities().stream().noneMatch(JpaInstanceQueries::isOurs)) {
			throw new IllegalStateException("The entity manager factory does not know the entities of the store: add "
					+ "the package " + DurableInstance.class.getPackageName() + " to those that it scans");
		}
		this.entityManager = SharedEntityManagerCreator.createSharedEntityManager(entityManagerFactory);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		Dialect dialect = Dialect.of(dataSource);
		this.instances = new InstanceTable(jdbc, dialect, codec, hub);
		this.payloads = new PayloadTable(jdbc, dialect, hub);
		this.codec = codec;
		this.hub = hub;
	}

	private static boolean isOurs(EntityType<?> type) {
		return type.getJavaType() == DurableInstance.class;
	}

	@Override
	public Optional<OrchestrationMetadata> find(String instanceId) {
		String jpql = "SELECT " + ATTRIBUTES + PAYLOADS + FROM + " AND i.id = :id";
		return select("find instance '" + instanceId + "'", jpql, Map.of("id", instanceId), 1).stream()
			.findFirst()
			.map((row) -> metadata(row, true));
	}

	@Override
	public Map<String, InstanceStatus> statuses(Collection<String> instanceIds) {
		// Not by JPA: Hibernate translates a query with a list anew each time, and
		// everybody who waits asks this.
		return StoreTransactions.translating("read statuses",
				() -> this.instances.heads(instanceIds)
					.stream()
					.collect(Collectors.toMap(InstanceHead::id, InstanceHead::status)));
	}

	@Override
	public InstanceQuery.Page list(InstanceQuery query) {
		InstanceConditions conditions = InstanceConditions.of(query, this.codec);
		String jpql = "SELECT " + ATTRIBUTES + (query.withPayloads() ? PAYLOADS : "") + FROM + conditions.jpql()
				+ " ORDER BY i.createdAt, i.id";
		List<Tuple> rows = select("list instances", jpql, conditions.parameters(), query.pageSize() + 1);
		List<OrchestrationMetadata> page = rows.stream()
			.limit(query.pageSize())
			.map((row) -> metadata(row, query.withPayloads()))
			.toList();
		// Of the page as it was read: its last instance may be one of those left out
		// below.
		String token = null;
		if (rows.size() > query.pageSize()) {
			OrchestrationMetadata last = page.get(page.size() - 1);
			token = new PageToken(last.createdAt(), last.instanceId()).encode();
		}
		return new InstanceQuery.Page(page.stream()
			.filter((instance) -> instance.tags().entrySet().containsAll(query.filter().tags().entrySet()))
			.toList(), token);
	}

	@Override
	public List<HistoryEvent> history(String instanceId) {
		return select("read the history of instance '" + instanceId + "'", HISTORY, Map.of("id", instanceId),
				Integer.MAX_VALUE)
			.stream()
			.map((row) -> this.codec.read(row.get("type", String.class), row.get("payload", String.class)))
			.toList();
	}

	@Override
	public List<InstanceCount> counts() {
		return select("count instances",
				"SELECT i.name AS name, i.status AS status, COUNT(*) AS number" + FROM + " GROUP BY i.name, i.status",
				Map.of(), Integer.MAX_VALUE)
			.stream()
			.map((row) -> new InstanceCount(row.get("name", String.class), row.get("status", InstanceStatus.class),
					row.get("number", Long.class)))
			.toList();
	}

	@Override
	public List<InstanceHead> children(Collection<String> parentIds) {
		return StoreTransactions.translating("list sub-orchestrations", () -> this.instances.children(parentIds));
	}

	@Override
	public Optional<String> payload(String id) {
		return StoreTransactions.translating("read a large value", () -> this.payloads.find(id));
	}

	private List<Tuple> select(String what, String jpql, Map<String, ?> parameters, int limit) {
		return StoreTransactions.translating(what, () -> {
			TypedQuery<Tuple> query = this.entityManager.createQuery(jpql, Tuple.class);
			query.setParameter("hub", this.hub);
			parameters.forEach(query::setParameter);
			if (limit != Integer.MAX_VALUE) {
				query.setMaxResults(limit);
			}
			return new ArrayList<>(query.getResultList());
		});
	}

	private OrchestrationMetadata metadata(Tuple row, boolean withPayloads) {
		String failure = row.get("failure", String.class);
		String tags = row.get("tags", String.class);
		return new OrchestrationMetadata(row.get("id", String.class), row.get("name", String.class),
				row.get("version", String.class), row.get("status", InstanceStatus.class),
				row.get("executionId", String.class), withPayloads ? payload(row, "input") : null,
				withPayloads ? payload(row, "output") : null,
				(failure != null) ? this.codec.readRecord(failure, FailureDetails.class) : null,
				payload(row, "customStatus"), (tags != null) ? this.codec.readTags(tags) : Map.of(),
				row.get("parentId", String.class), row.get("createdAt", Instant.class),
				row.get("startedAt", Instant.class), row.get("updatedAt", Instant.class),
				row.get("completedAt", Instant.class));
	}

	private static @Nullable Payload payload(Tuple row, String attribute) {
		String json = row.get(attribute, String.class);
		return (json != null) ? Payload.of(json) : null;
	}

}
