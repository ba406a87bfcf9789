package io.durablespring;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Which instances. Conditions are joined by AND; an absent one does not restrict.
 *
 * @param statuses any of these statuses; empty for every status
 * @param name exactly this orchestrator
 * @param version this version, also where it is spelled otherwise: {@code 1} and
 * {@code 1.0} are equal, and so are {@code beta} and {@code Beta}
 * @param tags has all of these labels
 * @param idPrefix ids that start with this
 * @param created created in this time
 * @param updated changed last in this time
 * @param completed finished in this time
 * @param withoutPatch executions that have not taken the new branch of the change with
 * this id, see {@link OrchestrationContext#isPatched(String)}
 */
public record InstanceFilter(Set<InstanceStatus> statuses, @Nullable String name, @Nullable String version,
		Map<String, String> tags, @Nullable String idPrefix, TimeWindow created, TimeWindow updated,
		TimeWindow completed, @Nullable String withoutPatch) {

	private static final InstanceFilter ALL = new InstanceFilter(Set.of(), null, null, Map.of(), null,
			TimeWindow.always(), TimeWindow.always(), TimeWindow.always(), null);

	public InstanceFilter {
		statuses = Set.copyOf(statuses);
		tags = Map.copyOf(tags);
	}

	/**
	 * All instances.
	 * @return the filter
	 */
	public static InstanceFilter all() {
		return ALL;
	}

	/**
	 * This filter for some statuses only.
	 * @param any the statuses
	 * @return the filter
	 */
	public InstanceFilter status(InstanceStatus... any) {
		// Not Set.of, which refuses one that is there twice.
		return new InstanceFilter(Set.copyOf(Arrays.asList(any)), this.name, this.version, this.tags, this.idPrefix,
				this.created, this.updated, this.completed, this.withoutPatch);
	}

	/**
	 * This filter for instances that have not finished only.
	 * @return the filter
	 */
	public InstanceFilter unfinished() {
		return status(InstanceStatus.PENDING, InstanceStatus.RUNNING, InstanceStatus.SUSPENDED);
	}

	/**
	 * This filter for one orchestrator only.
	 * @param orchestrator the orchestrator's name
	 * @return the filter
	 */
	public InstanceFilter name(String orchestrator) {
		return new InstanceFilter(this.statuses, orchestrator, this.version, this.tags, this.idPrefix, this.created,
				this.updated, this.completed, this.withoutPatch);
	}

	/**
	 * This filter for one version only.
	 * @param equalTo the version; {@code 1} also finds {@code 1.0}
	 * @return the filter
	 */
	public InstanceFilter version(String equalTo) {
		return new InstanceFilter(this.statuses, this.name, equalTo, this.tags, this.idPrefix, this.created,
				this.updated, this.completed, this.withoutPatch);
	}

	/**
	 * This filter for instances with one more label only.
	 * @param tag the tag's name
	 * @param value the tag's value
	 * @return the filter
	 */
	public InstanceFilter tag(String tag, String value) {
		Objects.requireNonNull(tag, "The name of a tag must not be null");
		Objects.requireNonNull(value, () -> "The value of the tag '" + tag + "' must not be null");
		Map<String, String> more = new HashMap<>(this.tags);
		more.put(tag, value);
		return new InstanceFilter(this.statuses, this.name, this.version, more, this.idPrefix, this.created,
				this.updated, this.completed, this.withoutPatch);
	}

	/**
	 * This filter for ids with a prefix only.
	 * @param prefix the prefix
	 * @return the filter
	 */
	public InstanceFilter idPrefix(String prefix) {
		return new InstanceFilter(this.statuses, this.name, this.version, this.tags, prefix, this.created, this.updated,
				this.completed, this.withoutPatch);
	}

	/**
	 * This filter for a window of creation times only.
	 * @param from created at or after; {@code null} for no start
	 * @param to created before; {@code null} for no end
	 * @return the filter
	 */
	public InstanceFilter created(@Nullable Instant from, @Nullable Instant to) {
		return new InstanceFilter(this.statuses, this.name, this.version, this.tags, this.idPrefix,
				new TimeWindow(from, to), this.updated, this.completed, this.withoutPatch);
	}

	/**
	 * This filter for a window of last changes only.
	 * @param from changed last at or after; {@code null} for no start
	 * @param to changed last before; {@code null} for no end
	 * @return the filter
	 */
	public InstanceFilter updated(@Nullable Instant from, @Nullable Instant to) {
		return new InstanceFilter(this.statuses, this.name, this.version, this.tags, this.idPrefix, this.created,
				new TimeWindow(from, to), this.completed, this.withoutPatch);
	}

	/**
	 * This filter for a window of completion times only: what has not finished is left
	 * out.
	 * @param from finished at or after; {@code null} for no start
	 * @param to finished before; {@code null} for no end
	 * @return the filter
	 */
	public InstanceFilter completed(@Nullable Instant from, @Nullable Instant to) {
		return new InstanceFilter(this.statuses, this.name, this.version, this.tags, this.idPrefix, this.created,
				this.updated, new TimeWindow(from, to), this.withoutPatch);
	}

	/**
	 * This filter for executions only that have not taken the new branch of a change.
	 * @param patchId the id of the change
	 * @return the filter
	 */
	public InstanceFilter withoutPatch(String patchId) {
		return new InstanceFilter(this.statuses, this.name, this.version, this.tags, this.idPrefix, this.created,
				this.updated, this.completed, patchId);
	}

}
