package io.durablespring.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.durablespring.InstanceCount;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.history.HistoryEvent;

/**
 * Reads what is known of instances. Never writes; joins the caller's transaction if there
 * is one. Thread-safe.
 */
public interface InstanceQueries {

	/**
	 * One instance, payloads included.
	 * @param instanceId the instance id
	 * @return the instance, empty if there is none
	 */
	Optional<OrchestrationMetadata> find(String instanceId);

	/**
	 * The status of some instances.
	 * @param instanceIds the ids
	 * @return the status by instance id, for those that exist
	 */
	Map<String, InstanceStatus> statuses(Collection<String> instanceIds);

	/**
	 * A page of instances, in order of creation and then id.
	 * @param query which ones
	 * @return the page
	 * @throws IllegalArgumentException if the continuation token is not one of ours
	 */
	InstanceQuery.Page list(InstanceQuery query);

	/**
	 * The history of an instance's current execution.
	 * @param instanceId the instance id
	 * @return the events in order, empty if there are none
	 * @throws IllegalArgumentException if one of them cannot be decoded
	 */
	List<HistoryEvent> history(String instanceId);

	/**
	 * How many instances there are, by orchestrator and status.
	 * @return the counts; nothing is counted as 0
	 */
	List<InstanceCount> counts();

	/**
	 * The sub-orchestrations of instances, of all of their executions.
	 * @param parentIds the parents' instance ids
	 * @return their children, in no order
	 */
	List<InstanceHead> children(Collection<String> parentIds);

	/**
	 * A large value.
	 * @param id what it is stored under
	 * @return its JSON, empty if there is no such value
	 */
	Optional<String> payload(String id);

}
