package io.durablespring.example.embedded;

import java.nio.file.Path;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * Points Spring Boot's Kafka and JDBC support to a broker and a database in this process.
 * Whatever connects depends on these beans, so they are there first and go last.
 */
@Configuration(proxyBeanMethods = false)
@Profile("!prod")
class EmbeddedConfiguration {

	@Bean
	DataDirectory dataDirectory(@Value("${example.data-dir}") String path) {
		// Not a Path: Spring would look for that on the class path first.
		DataDirectory directory = new DataDirectory(Path.of(path));
		System.out.println("Starting a broker and a database in " + directory);
		return directory;
	}

	@Bean(initMethod = "start")
	EmbeddedBroker embeddedBroker(DataDirectory directory, @Value("${example.broker-port}") int port) throws Exception {
		return new EmbeddedBroker(directory.resolve("kafka"), port);
	}

	@Bean
	KafkaConnectionDetails embeddedKafkaConnectionDetails(EmbeddedBroker broker) {
		return () -> List.of(broker.bootstrapServer());
	}

	@Bean
	JdbcConnectionDetails embeddedJdbcConnectionDetails(DataDirectory directory) {
		return new H2File(directory.resolve("h2").resolve("durable"));
	}

	/**
	 * An H2 database in a file.
	 *
	 * @param file the file, without its extension
	 */
	private record H2File(Path file) implements JdbcConnectionDetails {

		// By default H2 answers a commit up to half a second before it writes it, and a
		// kill
		// loses what it has promised: WRITE_DELAY=0 writes first. The space of outdated
		// pages is then reused after RETENTION_TIME ms. Spring closes the database, not
		// H2's
		// own shutdown hook.
		private static final String OPTIONS = ";WRITE_DELAY=0;RETENTION_TIME=1000;DB_CLOSE_ON_EXIT=FALSE";

		@Override
		public String getJdbcUrl() {
			return "jdbc:h2:file:" + this.file + OPTIONS;
		}

		@Override
		public String getUsername() {
			return "sa";
		}

		@Override
		public String getPassword() {
			return "";
		}

	}

}
