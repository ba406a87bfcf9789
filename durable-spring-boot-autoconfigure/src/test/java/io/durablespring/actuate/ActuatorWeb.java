package io.durablespring.actuate;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.autoconfigure.DurableActuatorAutoConfiguration;
import io.durablespring.autoconfigure.DurableAutoConfiguration;
import io.durablespring.local.InMemoryStore;
import org.assertj.core.api.ThrowingConsumer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node in memory, and its endpoints over the web.
 *
 * @param client the node's client
 * @param mvc what answers requests
 */
record ActuatorWeb(DurableClient client, MockMvcTester mvc) {

	/**
	 * A node that runs a bean, with every endpoint exposed.
	 */
	static WebApplicationContextRunner runner(Class<?> bean) {
		return new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
					HttpMessageConvertersAutoConfiguration.class, WebMvcAutoConfiguration.class,
					DispatcherServletAutoConfiguration.class, EndpointAutoConfiguration.class,
					JacksonEndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
					ManagementContextAutoConfiguration.class, ServletManagementContextAutoConfiguration.class,
					DurableAutoConfiguration.class, DurableActuatorAutoConfiguration.class))
			.withPropertyValues("durable.transport=in-process", "durable.task-hub=shop",
					"management.endpoints.web.exposure.include=*")
			.withBean(InMemoryStore.class)
			.withBean(bean);
	}

	static void run(WebApplicationContextRunner runner, ThrowingConsumer<ActuatorWeb> test) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(new ActuatorWeb(context.getBean(DurableClient.class),
					MockMvcTester.from(context.getSourceApplicationContext())));
		});
	}

	MvcTestResult get(String uri, Object... variables) {
		// As a client sends it: encoded already, if it has no variables.
		return (variables.length == 0) ? this.mvc.get().uri(URI.create(uri)).exchange()
				: this.mvc.get().uri(uri, variables).exchange();
	}

	JsonNode ok(String uri, Object... variables) throws Exception {
		MvcTestResult result = get(uri, variables);
		assertThat(result).hasStatusOk();
		return JsonMapper.builder()
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.build()
			.readTree(result.getResponse().getContentAsString(StandardCharsets.UTF_8));
	}

	static List<String> ids(JsonNode page) {
		return page.get("instances").valueStream().map((instance) -> instance.get("instanceId").asString()).toList();
	}

}
