package io.durablespring.faults;

import java.time.Duration;

import io.durablespring.DurableClient;
import io.durablespring.StartOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import static org.awaitility.Awaitility.await;

/**
 * An application that starts instances and runs none, so that they pile up. Ends when all
 * are on their topic.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(BacklogStarter.Starts.class)
class BacklogStarter {

	public static void main(String[] args) {
		SpringApplication.run(BacklogStarter.class, args).close();
	}

	@Component
	static class Starts implements ApplicationRunner {

		private static final int IN_ONE_TRANSACTION = 1000;

		private final DurableClient client;

		private final TransactionTemplate transactions;

		private final JdbcTemplate jdbc;

		private final int starts;

		private final String orchestrator;

		Starts(DurableClient client, TransactionTemplate transactions, JdbcTemplate jdbc,
				@Value("${backlog.starts}") int starts, @Value("${backlog.orchestrator}") String orchestrator) {
			this.client = client;
			this.transactions = transactions;
			this.jdbc = jdbc;
			this.starts = starts;
			this.orchestrator = orchestrator;
		}

		@Override
		public void run(ApplicationArguments args) {
			for (int from = 0; from < this.starts; from += IN_ONE_TRANSACTION) {
				int first = from;
				this.transactions
					.executeWithoutResult((status) -> start(first, Math.min(first + IN_ONE_TRANSACTION, this.starts)));
			}
			await().atMost(Duration.ofHours(1)).pollInterval(Duration.ofSeconds(1)).until(this::areAllSent);
		}

		private void start(int from, int to) {
			for (int number = from; number < to; number++) {
				this.client.start(this.orchestrator, number, StartOptions.instanceId("b-" + number));
			}
		}

		private boolean areAllSent() {
			return Boolean.FALSE
				.equals(this.jdbc.queryForObject("select exists (select 1 from durable_outbox)", Boolean.class));
		}

	}

}
