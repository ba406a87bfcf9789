package io.durablespring;

/**
 * Thrown when there is no instance with the given id in this task hub.
 */
public class InstanceNotFoundException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param instanceId the unknown id
	 */
	public InstanceNotFoundException(String instanceId) {
		super("There is no instance with id '%s' in this task hub".formatted(instanceId));
	}

}
