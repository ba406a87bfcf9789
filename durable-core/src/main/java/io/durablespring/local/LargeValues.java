package io.durablespring.local;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoredPayload;
import org.jspecify.annotations.Nullable;

/**
 * The large values of {@link InMemoryStore}, whose lock guards them.
 */
final class LargeValues {

	/** By instance, so that reading the values of one takes no search. */
	private final Map<String, Map<Key, Value>> values = new HashMap<>();

	void save(Collection<StoredPayload> payloads) {
		for (StoredPayload payload : payloads) {
			of(payload.holder().instanceId()).putIfAbsent(new Key(payload.holder(), payload.id()),
					new Value(payload.json(), Instant.now()));
		}
	}

	void replace(StoredPayload payload) {
		of(payload.holder().instanceId()).put(new Key(payload.holder(), payload.id()),
				new Value(payload.json(), Instant.now()));
	}

	Optional<String> find(String id) {
		return this.values.values()
			.stream()
			.flatMap((own) -> own.entrySet().stream())
			.filter((entry) -> entry.getKey().id().equals(id))
			.map((entry) -> entry.getValue().json())
			.findFirst();
	}

	/** How many values there are for an instance, by what they are kept for. */
	Map<String, Integer> count(String instanceId) {
		Map<String, Integer> counts = new HashMap<>();
		this.values.getOrDefault(instanceId, Map.of())
			.keySet()
			.forEach((key) -> counts.merge(key.holder().name(), 1, Integer::sum));
		return counts;
	}

	void change(String instanceId, StepCommit.PayloadChange change) {
		if (!this.values.containsKey(instanceId)) {
			return;
		}
		Map<Key, Value> own = of(instanceId);
		change.arrived().forEach((name) -> {
			PayloadHolder holder = new PayloadHolder(instanceId, name);
			Map.copyOf(own).forEach((key, value) -> {
				if (key.holder().equals(holder)) {
					own.remove(key);
					own.put(new Key(PayloadHolder.history(instanceId), key.id()), value);
				}
			});
		});
		change.released().forEach((name) -> remove(new PayloadHolder(instanceId, name)));
		String ended = change.ended();
		if (ended != null) {
			own.keySet().removeIf((key) -> key.holder().name().startsWith(PayloadHolder.calls(ended)));
		}
		change.left().forEach((left) -> {
			Value value = own.get(new Key(PayloadHolder.history(instanceId), left.id()));
			if (value != null) {
				own.put(new Key(new PayloadHolder(instanceId, left.holder()), left.id()), value);
			}
		});
		change.unused().forEach((id) -> own.remove(new Key(PayloadHolder.history(instanceId), id)));
	}

	void remove(PayloadHolder holder) {
		of(holder.instanceId()).keySet().removeIf((key) -> key.holder().equals(holder));
	}

	/** An instance is gone; what is on its way to the next one stays. */
	void removeInstance(String instanceId) {
		of(instanceId).keySet().removeIf((key) -> !key.holder().isOnItsWay());
	}

	/**
	 * Removes what was stored before a time and nobody can need any more.
	 */
	void forget(Instant before, Function<String, @Nullable StoredInstance> instances) {
		this.values.forEach((id, own) -> {
			StoredInstance instance = instances.apply(id);
			own.entrySet()
				.removeIf((entry) -> entry.getValue().since().isBefore(before)
						&& (instance == null || (entry.getKey().holder().isOnItsWay() && instance.finished())));
		});
		this.values.values().removeIf(Map::isEmpty);
	}

	private Map<Key, Value> of(String instanceId) {
		return Objects.requireNonNull(this.values.computeIfAbsent(instanceId, (id) -> new HashMap<>()));
	}

	/**
	 * What a value is found by.
	 */
	private record Key(PayloadHolder holder, String id) {
	}

	/**
	 * A value, and since when it is there.
	 */
	private record Value(String json, Instant since) {
	}

}
