package io.durablespring.jpa;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.TimeWindow;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.VersionOrder;
import io.durablespring.spi.PageToken;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a query for {@link DurableInstance instances}.
 *
 * @param jpql what to add to a {@code WHERE} on the instance {@code i}
 * @param parameters the parameters by name
 */
record InstanceConditions(String jpql, Map<String, Object> parameters) {

	private static final String NOT_PATCHED = " " + """
			AND NOT EXISTS (SELECT 1 FROM DurableHistoryEvent h WHERE h.hub = i.hub AND h.instanceId = i.id
			AND h.executionId = i.executionId AND h.type = '%s' AND h.payload LIKE :patch ESCAPE '!')"""
		.formatted(HistoryCodec.nameOf(HistoryEvent.PatchMarked.class));

	/**
	 * The conditions of a query. That of its tags may let others through whose text is
	 * alike.
	 * @param query the query
	 * @param codec how tags and events are stored
	 * @return the conditions
	 * @throws IllegalArgumentException if the continuation token is not one of ours
	 */
	static InstanceConditions of(InstanceQuery query, HistoryCodec codec) {
		StringBuilder jpql = new StringBuilder();
		Map<String, Object> parameters = new LinkedHashMap<>();
		InstanceFilter filter = query.filter();
		if (!filter.statuses().isEmpty()) {
			jpql.append(" AND i.status IN :statuses");
			parameters.put("statuses", filter.statuses());
		}
		if (filter.name() != null) {
			jpql.append(" AND i.name = :name");
			parameters.put("name", filter.name());
		}
		if (filter.version() != null) {
			jpql.append(" AND LOWER(i.version) IN :versions");
			parameters.put("versions", VersionOrder.spellings(filter.version()));
		}
		filter.tags().forEach((tag, value) -> {
			String parameter = "tag" + parameters.size();
			jpql.append(" AND i.tags LIKE :" + parameter + " ESCAPE '!'");
			parameters.put(parameter, "%" + literally(member(tag, value, codec)) + "%");
		});
		if (filter.idPrefix() != null) {
			jpql.append(" AND i.id LIKE :prefix ESCAPE '!'");
			parameters.put("prefix", literally(filter.idPrefix()) + "%");
		}
		addWindow("created", filter.created(), jpql, parameters);
		addWindow("updated", filter.updated(), jpql, parameters);
		addWindow("completed", filter.completed(), jpql, parameters);
		if (filter.withoutPatch() != null) {
			jpql.append(NOT_PATCHED);
			parameters.put("patch", "%" + literally(member("patchId", filter.withoutPatch(), codec)) + "%");
		}
		if (query.continuationToken() != null) {
			PageToken token = PageToken.decode(query.continuationToken());
			// The first condition is implied, and what an index can be searched for.
			jpql.append(" AND i.createdAt >= :at AND (i.createdAt > :at OR i.id > :after)");
			parameters.put("at", SqlTime.of(token.createdAt()).toInstant());
			parameters.put("after", token.instanceId());
		}
		return new InstanceConditions(jpql.toString(), parameters);
	}

	private static void addWindow(String what, TimeWindow window, StringBuilder jpql, Map<String, Object> parameters) {
		addBound(what, " >= :", "From", window.from(), jpql, parameters);
		addBound(what, " < :", "To", window.to(), jpql, parameters);
	}

	private static void addBound(String what, String operator, String end, @Nullable Instant bound, StringBuilder jpql,
			Map<String, Object> parameters) {
		if (bound != null) {
			jpql.append(" AND i." + what + "At" + operator + what + end);
			parameters.put(what + end, SqlTime.notBefore(bound));
		}
	}

	/** A member of a JSON object, as its text has it. */
	private static String member(String name, String value, HistoryCodec codec) {
		String object = codec.writeTags(Map.of(name, value));
		return object.substring(1, object.length() - 1);
	}

	private static String literally(String text) {
		return text.replaceAll("[!%_]", "!$0");
	}

}
