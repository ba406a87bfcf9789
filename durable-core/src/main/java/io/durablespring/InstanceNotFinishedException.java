package io.durablespring;

/**
 * Thrown when an instance that has not finished is to be purged.
 */
public class InstanceNotFinishedException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param instanceId the instance
	 * @param status its status
	 */
	public InstanceNotFinishedException(String instanceId, InstanceStatus status) {
		super("The instance with id '%s' has not finished: it is %s. Wait for it, or terminate it first."
			.formatted(instanceId, status));
	}

}
