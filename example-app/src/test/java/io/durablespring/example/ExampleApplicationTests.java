package io.durablespring.example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.StartOptions;
import io.durablespring.TypeRef;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExampleApplication} as it starts without arguments: broker and
 * database in this process.
 */
@ExampleTest
class ExampleApplicationTests {

	@Autowired
	private DurableClient client;

	@LocalServerPort
	private int port;

	@Test
	void helloSequenceGreetsInOrder() throws Exception {
		OrchestrationMetadata hello = hello("hello-order");
		assertThat(hello.status()).as(() -> String.valueOf(hello.failure())).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(hello.readOutputAs(new TypeRef<List<String>>() {
		})).containsExactly("Hello, Tokyo!", "Hello, Seattle!", "Hello, London!");
	}

	@Test
	void endpointsShowWhatRan() throws Exception {
		hello("hello-endpoints");
		String runtime = get("/actuator/durable");
		assertThat(runtime).contains("HelloSequence", "BackupSite", "Greet", "CopyFile");
		String instance = get("/actuator/durableinstances/hello-endpoints");
		assertThat(instance).contains("COMPLETED", "TaskCompleted", "Hello, Seattle!");
		assertThat(get("/actuator/durableinstances")).contains("hello-endpoints");
	}

	@Test
	void healthIsUp() throws Exception {
		String health = get("/actuator/health");
		assertThat(JsonPath.<String>read(health, "$.status")).isEqualTo("UP");
		assertThat(JsonPath.<String>read(health, "$.components.durable.status")).isEqualTo("UP");
	}

	private OrchestrationMetadata hello(String instanceId) throws Exception {
		this.client.start("HelloSequence", List.of("Tokyo", "Seattle", "London"), StartOptions.instanceId(instanceId));
		return this.client.awaitCompletion(instanceId, Duration.ofSeconds(30));
	}

	private String get(String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path)).build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return response.body();
	}

}
