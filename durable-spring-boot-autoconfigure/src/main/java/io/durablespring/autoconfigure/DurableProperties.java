package io.durablespring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the durable runtime.
 */
@ConfigurationProperties("durable")
public class DurableProperties {

	/**
	 * Name of the task hub: prefix of the topics and a column of the tables. Applications
	 * with the same hub, broker and database are peers.
	 */
	private String taskHub = "durable";

	/**
	 * Transport that carries messages between nodes.
	 */
	private TransportKind transport = TransportKind.KAFKA;

	public String getTaskHub() {
		return this.taskHub;
	}

	public void setTaskHub(String taskHub) {
		this.taskHub = taskHub;
	}

	public TransportKind getTransport() {
		return this.transport;
	}

	public void setTransport(TransportKind transport) {
		this.transport = transport;
	}

	/**
	 * What carries messages between nodes.
	 */
	public enum TransportKind {

		/** Kafka topics. */
		KAFKA,

		/** Queues in this process, made durable by the outbox. */
		IN_PROCESS

	}

}
