package io.durablespring.example;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the commands of the patterns, in a process of its own: what they print, and
 * that the process ends.
 */
class CommandsTests {

	@TempDir
	Path temp;

	@Test
	void commandsPrintWhatTheyDoAndEnd() throws Exception {
		HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		site.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		site.start();
		try (ExampleProcess process = ExampleProcess.start(this.temp,
				List.of("--approval.request=A new laptop", "--approval.patience=100ms", "--chaining.item=teapot",
						"--cleanup.keep=30d", "--cleanup.now=true", "--hello.names=Tokyo,Seattle", "--http.year=2025",
						"--http.delay=0s", "--monitor.url=http://localhost:" + site.getAddress().getPort(),
						"--monitor.exit=true"))) {
			assertThat(process.awaitExit(Duration.ofMinutes(2))).as(process::output).isZero();
			assertThat(process.output()).contains("Ada, do you approve of this: A new laptop?")
				.contains("Grace, do you approve of this: A new laptop?")
				.contains("Rejected: nobody answered")
				.containsPattern("Paid by payment-[-0-9a-f]+, sent as parcel-")
				.containsPattern("Cleaning up at 03:00 every day, next at .*T03:00.*\\[Europe/Paris]")
				.contains(": removed 0 instances")
				.contains("[Hello, Tokyo!, Hello, Seattle!]")
				.containsPattern("202 ACCEPTED, Location: http://localhost:\\d+/reports/")
				.contains("200 OK: {\"year\":2025,\"sales\":2430078}")
				.contains("It answers. Looks: 1");
		}
		finally {
			site.stop(0);
		}
	}

}
