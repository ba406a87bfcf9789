package io.durablespring;

/**
 * Thrown when an instance that has finished is asked to do something.
 */
public class InstanceFinishedException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param instanceId the instance
	 * @param status its final status
	 */
	public InstanceFinishedException(String instanceId, InstanceStatus status) {
		super("The instance with id '%s' has finished: it is %s".formatted(instanceId, status));
	}

}
