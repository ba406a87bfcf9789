package io.durablespring.example.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import io.durablespring.DurableClient;
import io.durablespring.example.ExampleTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ReportController} and {@link SalesReport}.
 */
@ExampleTest
class ReportControllerTests {

	private final HttpClient http = HttpClient.newHttpClient();

	@Autowired
	private DurableClient client;

	@Autowired
	private LedgerGate ledger;

	@LocalServerPort
	private int port;

	@AfterEach
	void repairLedger() {
		this.ledger.broken(false);
		this.ledger.open();
	}

	@Test
	void reportIsAcceptedAtOnceAndFoundAtItsAddressWhenItIsDone() throws Exception {
		this.ledger.close();
		HttpResponse<String> accepted = order("{\"year\":2025}");
		assertThat(accepted.statusCode()).isEqualTo(202);
		assertThat(accepted.headers().firstValue("Retry-After")).hasValue("1");
		URI status = location(accepted);
		assertThat(status).hasHost("localhost").hasPort(this.port);

		HttpResponse<String> running = get(status);
		assertThat(running.statusCode()).isEqualTo(202);
		assertThat(location(running)).isEqualTo(status);
		assertThat(running.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(JsonPath.<String>read(running.body(), "$.status")).isIn("PENDING", "RUNNING");

		this.ledger.open();
		HttpResponse<String> done = awaitEnd(status);
		assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
		assertThat(done.body()).isEqualTo("{\"year\":2025,\"sales\":2430078}");
	}

	@Test
	void unknownReportIsNotFound() throws Exception {
		assertThat(get(uri("/reports/unknown")).statusCode()).isEqualTo(404);
		String other = this.client.start("HelloSequence", List.of());
		assertThat(get(uri("/reports/" + other)).statusCode()).as("an instance that is no report").isEqualTo(404);
	}

	@Test
	void reportThatFailsSaysSoAndNotWhy() throws Exception {
		this.ledger.broken(true);
		HttpResponse<String> failed = awaitEnd(location(order("{\"year\":2024}")));
		assertThat(failed.statusCode()).isEqualTo(500);
		assertThat(JsonPath.<String>read(failed.body(), "$.detail")).isEqualTo("There will be no report: it is FAILED");
		assertThat(failed.body()).doesNotContain("ledger");
	}

	@Test
	void orderThatMakesNoSenseIsRefused() throws Exception {
		assertThat(order("{\"year\":0}").statusCode()).isEqualTo(400);
		assertThat(order("{\"year\":\"soon\"}").statusCode()).isEqualTo(400);
		assertThat(order("{").statusCode()).isEqualTo(400);
		assertThat(order("").statusCode()).isEqualTo(400);
	}

	private HttpResponse<String> order(String json) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(uri("/reports"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(json))
			.build(), BodyHandlers.ofString());
	}

	private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
	}

	private HttpResponse<String> awaitEnd(URI status) {
		return await().atMost(Duration.ofSeconds(30)).until(() -> get(status), (answer) -> answer.statusCode() != 202);
	}

	private static URI location(HttpResponse<String> response) {
		return URI.create(response.headers().firstValue("Location").orElseThrow());
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

}
