package io.durablespring.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.runtime.DurableRuntime;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole application with web server, database and actuator, configured automatically.
 */
class WebApplicationTests {

	@Test
	void itRunsOrchestrationsAndShowsThem() throws Exception {
		DurableRuntime runtime;
		try (ConfigurableApplicationContext context = SpringApplication.run(Application.class, "--server.port=0",
				"--spring.datasource.url=jdbc:h2:mem:web-application", "--durable.transport=in-process",
				"--management.endpoints.web.exposure.include=*", "--management.endpoint.health.show-details=always",
				"--management.endpoint.durableinstances.show-values=always", "--spring.main.banner-mode=off")) {
			Application application = context.getBean(Application.class);
			assertThat(application.runningWhenTheServerStarted).containsExactly(false);
			runtime = context.getBean(DurableRuntime.class);
			assertThat(runtime.isRunning()).isTrue();
			DurableClient client = context.getBean(DurableClient.class);
			client.start(Hello::greet, "Ada", StartOptions.instanceId("hello:1.0 b"));
			client.awaitCompletion("hello:1.0 b", Duration.ofSeconds(30));

			assertThat(get(application, "/actuator/durable").at("/store/instances")).hasToString("{\"COMPLETED\":1}");
			assertThat(get(application, "/actuator/durableinstances/hello%3A1.0%20b").at("/output").asString())
				.isEqualTo("Hello, Ada");
			JsonNode health = get(application, "/actuator/health").at("/components/durable");
			assertThat(health.at("/status").asString()).isEqualTo("UP");
			assertThat(health.at("/details/transport").asString()).isEqualTo("in-process");
			JsonNode metric = get(application, "/actuator/metrics/durable.activities?tag=outcome:SUCCESS");
			assertThat(metric.at("/measurements/0/value").asInt()).isOne();
			assertThat(get(application, "/actuator/metrics/durable.executions.cached").has("measurements")).isTrue();
		}
		assertThat(runtime.isRunning()).isFalse();
	}

	private static JsonNode get(Application application, String path) throws Exception {
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + application.port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final List<Boolean> runningWhenTheServerStarted = new ArrayList<>();

		private int port;

		@Bean
		Hello hello() {
			return new Hello();
		}

		@EventListener
		void started(WebServerInitializedEvent event) {
			this.port = event.getWebServer().getPort();
			this.runningWhenTheServerStarted
				.add(event.getApplicationContext().getBean(DurableRuntime.class).isRunning());
		}

	}

	static class Hello {

		@Orchestrator
		String greet(OrchestrationContext context, String name) {
			return context.callActivity(Hello::hello, name).await();
		}

		@Activity
		String hello(String name) {
			return "Hello, " + name;
		}

	}

}
