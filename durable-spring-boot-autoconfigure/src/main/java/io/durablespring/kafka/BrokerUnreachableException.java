package io.durablespring.kafka;

import io.durablespring.DurableException;

/**
 * No Kafka broker answers.
 */
public class BrokerUnreachableException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final String bootstrapServers;

	/**
	 * Creates the exception.
	 * @param bootstrapServers the servers that were tried
	 * @param reason what happened instead of an answer
	 * @param cause why
	 */
	public BrokerUnreachableException(String bootstrapServers, String reason, Throwable cause) {
		super("No Kafka broker answers at " + bootstrapServers + ": " + reason, cause);
		this.bootstrapServers = bootstrapServers;
	}

	/**
	 * The servers that were tried.
	 * @return hosts and ports, separated by commas
	 */
	public String bootstrapServers() {
		return this.bootstrapServers;
	}

}
