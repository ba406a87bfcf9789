package io.durablespring;

/**
 * Thrown when an instance that has not failed is to be rewound.
 */
public class InstanceNotFailedException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param instanceId the instance
	 * @param status its status
	 */
	public InstanceNotFailedException(String instanceId, InstanceStatus status) {
		super("The instance with id '%s' cannot be rewound: it is %s, and only what is FAILED can be."
			.formatted(instanceId, status));
	}

}
