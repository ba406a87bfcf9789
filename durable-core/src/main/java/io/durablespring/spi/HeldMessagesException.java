package io.durablespring.spi;

/**
 * Ends a {@link Transport#send} of which everything was delivered but messages that no
 * node can take before the next start, such as those for a version that is not there.
 * Trying again is pointless; who has the messages keeps them until then.
 */
public final class HeldMessagesException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what the messages wait for
	 */
	public HeldMessagesException(String message) {
		super(message);
	}

}
