package io.durablespring.autoconfigure;

import io.durablespring.DurableException;

/**
 * The application lacks something that a node stands on.
 */
public class MissingPortException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final Port port;

	MissingPortException(Port port) {
		super("No " + port.type + " bean: " + port.purpose);
		this.port = port;
	}

	Port port() {
		return this.port;
	}

	/**
	 * What a node stands on.
	 */
	enum Port {

		STORE("OrchestrationStore", "there is no place to keep orchestrations", """
				Keep them in a relational database: add io.durablespring:durable-spring-boot-starter (or \
				spring-boot-starter-data-jpa) and a JDBC driver, and set spring.datasource.url.
				Or register a bean that implements OrchestrationStore, Outbox and InstanceQueries.
				Or set durable.enabled=false."""),

		TRANSPORT("Transport", "nothing carries messages", """
				Use Kafka: add io.durablespring:durable-spring-boot-starter (or spring-boot-starter-kafka) and set \
				spring.kafka.bootstrap-servers.
				Or set durable.transport=in-process, which needs no broker and serves one node.
				Or register a Transport bean."""),

		CODEC("PayloadCodec", "inputs and results cannot be written", """
				Add spring-boot-starter-jackson, or register beans of type PayloadCodec and HistoryCodec.""");

		private final String type;

		private final String purpose;

		private final String action;

		Port(String type, String purpose, String action) {
			this.type = type;
			this.purpose = purpose;
			this.action = action;
		}

		String type() {
			return this.type;
		}

		String purpose() {
			return this.purpose;
		}

		String action() {
			return this.action;
		}

	}

}
