package io.durablespring.example.http;

import java.net.URI;
import java.util.Objects;

import io.durablespring.example.Command;
import io.durablespring.example.Links;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * Orders the report that the arguments name from this application's own HTTP API, as any
 * client would.
 */
@Component
@ConditionalOnProperty("http.year")
@EnableConfigurationProperties(HttpArguments.class)
final class HttpCommand implements Command {

	private final Links links;

	private final HttpArguments arguments;

	private final RestClient http = RestClient.create();

	HttpCommand(Links links, HttpArguments arguments) {
		this.links = links;
		this.arguments = arguments;
	}

	@Override
	public int run() throws InterruptedException {
		String reports = this.links.address("/reports");
		ResponseEntity<Void> accepted = this.http.post()
			.uri(reports)
			.body(new ReportRequest(this.arguments.year()))
			.retrieve()
			.toBodilessEntity();
		URI status = Objects.requireNonNull(accepted.getHeaders().getLocation());
		System.out.printf("POST %s%n  %s, Location: %s%n", reports, accepted.getStatusCode(), status);
		poll(status);
		if (!this.arguments.exit()) {
			this.links.print(status.getPath().substring("/reports/".length()));
		}
		return 0;
	}

	// tag::poll[]
	private void poll(URI status) throws InterruptedException {
		ResponseEntity<String> answer = look(status);
		while (answer.getStatusCode() == HttpStatus.ACCEPTED) {
			String seconds = Objects.requireNonNull(answer.getHeaders().getFirst(HttpHeaders.RETRY_AFTER));
			Thread.sleep(1_000 * Long.parseLong(seconds));
			answer = look(status);
		}
	}
	// end::poll[]

	private ResponseEntity<String> look(URI status) {
		ResponseEntity<String> answer = this.http.get().uri(status).retrieve().toEntity(String.class);
		System.out.printf("GET %s%n  %s: %s%n", status, answer.getStatusCode(), answer.getBody());
		return answer;
	}

	@Override
	public boolean exitsAfterwards() {
		return this.arguments.exit();
	}

}
