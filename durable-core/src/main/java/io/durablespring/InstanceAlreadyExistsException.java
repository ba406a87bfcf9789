package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link DurableClient#start} when an unfinished instance has the wanted id.
 */
public class InstanceAlreadyExistsException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final String instanceId;

	/**
	 * Creates the exception.
	 * @param instanceId the id in question
	 * @param status the status of the instance that has it, if known
	 */
	public InstanceAlreadyExistsException(String instanceId, @Nullable InstanceStatus status) {
		super("An instance with id '%s' already exists%s. Use another id, or wait until it has finished."
			.formatted(instanceId, (status != null) ? " and is " + status : ""));
		this.instanceId = instanceId;
	}

	/**
	 * The id in question.
	 * @return the instance id
	 */
	public String instanceId() {
		return this.instanceId;
	}

}
