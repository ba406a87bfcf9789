package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link DurableClient#start} when the wanted id is taken and the reuse policy
 * does not let the other instance be replaced.
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
		super("An instance with id '%s' already exists%s. Use another id%s.".formatted(instanceId,
				(status != null) ? " and is " + status : "", (status != null && status.isFinished())
						? ", or another reuse policy" : ", wait until it has finished, or use another reuse policy"));
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
