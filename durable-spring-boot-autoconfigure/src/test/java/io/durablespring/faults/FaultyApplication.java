package io.durablespring.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.stereotype.Component;

/**
 * An application as a user writes it: takes orders from a table, runs them as
 * orchestrations, keeps books. Its processes are what the fault suites kill.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableScheduling
@Import({ Desk.class, Orders.class, LongOrders.class, SteeredOrders.class, Ledger.class, Mail.class,
		FaultyApplication.Ready.class })
class FaultyApplication {

	public static void main(String[] args) {
		SpringApplication.run(FaultyApplication.class, args);
	}

	/** Says that this node is up. */
	@Component
	static class Ready implements ApplicationRunner {

		private final Path file;

		Ready(@Value("${workload.ready-file}") Path file) {
			this.file = file;
		}

		@Override
		public void run(ApplicationArguments args) throws IOException {
			Files.createFile(this.file);
		}

	}

}
