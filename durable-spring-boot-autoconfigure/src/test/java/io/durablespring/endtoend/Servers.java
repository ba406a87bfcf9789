package io.durablespring.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A real Kafka broker and a real PostgreSQL for the tests of this JVM, with all their
 * durability on.
 */
final class Servers {

	private static final String BROKER = startBroker();

	private static final EmbeddedPostgres POSTGRES = startPostgres();

	private Servers() {
	}

	private static String startBroker() {
		EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
		broker.brokerProperties(Map.of("offsets.topic.num.partitions", "2"));
		broker.afterPropertiesSet();
		return broker.getBrokersAsString();
	}

	private static EmbeddedPostgres startPostgres() {
		try {
			return EmbeddedPostgres.builder()
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String broker() {
		return BROKER;
	}

	static String postgresUrl() {
		return POSTGRES.getJdbcUrl("postgres", "postgres");
	}

}
