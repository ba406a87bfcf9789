package io.durablespring.example.monitor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import io.durablespring.Activity;

import org.springframework.stereotype.Component;

/**
 * Looks whether an address answers.
 */
@Component
class SiteProbe {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	// tag::probe[]
	@Activity("ProbeSite")
	boolean isUp(String url) throws InterruptedException {
		try {
			HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
			return this.http.send(request, BodyHandlers.discarding()).statusCode() < 400;
		}
		catch (IOException ex) {
			// A site that is down is what this waits for, not a failure.
			return false;
		}
	}
	// end::probe[]

}
