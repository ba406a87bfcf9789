package io.durablespring.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The README's quick start does what it says, without a broker.
 */
class QuickStartTests {

	@TempDir
	Path directory;

	@Test
	void anOrderIsPaidAndShipped() throws Exception {
		try (ConfigurableApplicationContext application = start()) {
			DurableClient client = application.getBean(DurableClient.class);
			Order order = new Order("42", List.of("lamp", "chair"));
			// tag::start[]
			// A DurableClient. This joins your @Transactional method.
			String id = client.start(Orders::order, order);
			// end::start[]
			assertThat(client.awaitCompletion(id, Duration.ofSeconds(30)).readOutputAs(Receipt.class))
				.isEqualTo(new Receipt(new Payment("42"), List.of(new Parcel("lamp"), new Parcel("chair"))));
		}
	}

	@Test
	void whatIsOnItsWayWithoutABrokerIsKeptInTheDatabase() throws Exception {
		Clerk clerk = new Clerk();
		try {
			String id;
			try (ConfigurableApplicationContext first = start(clerk)) {
				id = first.getBean(DurableClient.class).start(Clerk::ask);
				await().until(() -> clerk.asked.get() == 1);
			}
			try (ConfigurableApplicationContext second = start(clerk)) {
				assertThat(second.getBean(DurableClient.class)
					.awaitCompletion(id, Duration.ofSeconds(30))
					.readOutputAs(String.class)).isEqualTo("answer 2");
			}
		}
		finally {
			clerk.closingTime.countDown();
		}
	}

	/** Never answers who asks first. */
	static class Clerk {

		private final AtomicInteger asked = new AtomicInteger();

		private final CountDownLatch closingTime = new CountDownLatch(1);

		@Orchestrator
		String ask(OrchestrationContext ctx) {
			return ctx.callActivity(Clerk::answer).await();
		}

		@Activity
		String answer() throws InterruptedException {
			int number = this.asked.incrementAndGet();
			if (number == 1) {
				this.closingTime.await();
			}
			return "answer " + number;
		}

	}

	private ConfigurableApplicationContext start(Object... beans) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers((context) -> Stream.of(beans)
				.forEach((bean) -> context.getBeanFactory().registerSingleton(bean.getClass().getName(), bean)))
			.run("--durable.transport=in-process", "--durable.jpa.initialize-schema=always",
					"--durable.activities.drain-timeout=100ms",
					"--spring.datasource.url=jdbc:h2:file:" + this.directory.resolve("orders"));
	}

	@EnableAutoConfiguration
	@Import({ Orders.class, Payments.class, Warehouse.class })
	static class Application {

	}

}
