package io.durablespring.example.monitor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.example.ExampleTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SiteMonitor}.
 */
@ExampleTest
class MonitorTests {

	private static final Duration INTERVAL = Duration.ofMillis(50);

	private final AtomicInteger requests = new AtomicInteger();

	@Autowired
	private DurableClient client;

	private HttpServer site;

	private volatile int upFrom;

	@BeforeEach
	void startSite() throws IOException {
		this.site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.site.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders((this.requests.incrementAndGet() < this.upFrom) ? 503 : 200, -1);
			exchange.close();
		});
		this.site.start();
	}

	@AfterEach
	void stopSite() {
		this.site.stop(0);
	}

	@Test
	void siteIsWatchedUntilItAnswers() throws Exception {
		this.upFrom = 3;
		OrchestrationMetadata watch = watch(Duration.ofHours(1));
		assertThat(watch.readOutputAs(Finding.class)).isEqualTo(new Finding(true, 3));
		assertThat(this.requests).hasValue(3);
		assertThat(this.client.history(watch.instanceId())).as("only the last look's history is kept")
			.filteredOn((entry) -> entry.type().equals("TaskScheduled"))
			.hasSize(1);
	}

	@Test
	void watchIsGivenUpWhenItsTimeIsOver() throws Exception {
		this.upFrom = Integer.MAX_VALUE;
		OrchestrationMetadata watch = watch(INTERVAL.multipliedBy(4));
		Finding finding = watch.readOutputAs(Finding.class);
		assertThat(finding.up()).isFalse();
		assertThat(finding.looks()).isBetween(1, 4).isEqualTo(this.requests.get());
	}

	@Test
	void siteThatCannotBeReachedIsDown() throws Exception {
		this.site.stop(0);
		assertThat(watch(Duration.ZERO).readOutputAs(Finding.class)).isEqualTo(new Finding(false, 1));
	}

	private OrchestrationMetadata watch(Duration patience) throws Exception {
		String url = "http://localhost:" + this.site.getAddress().getPort() + "/";
		String id = this.client.start(SiteMonitor::watch, Watch.begin(url, INTERVAL, Instant.now().plus(patience)));
		OrchestrationMetadata watch = this.client.awaitCompletion(id, Duration.ofSeconds(30));
		assertThat(watch.status()).as(() -> String.valueOf(watch.failure())).isEqualTo(InstanceStatus.COMPLETED);
		return watch;
	}

}
