package io.durablespring.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

import io.durablespring.DurableClient;
import io.durablespring.StartOptions;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * durable-spring as an application has it that adds the starter: its public API, the
 * default configuration.
 */
final class DurableSpring implements Contender {

	private static final Duration PATIENCE = Duration.ofMinutes(10);

	private final String hub;

	private final ConfigurableApplicationContext application;

	private final DurableClient client;

	private final DataSource database;

	private final int batch;

	DurableSpring(Settings settings, LongAdder steps) {
		this(settings, steps, "durable-spring");
	}

	/**
	 * Starts the application.
	 * @param name the name of the system
	 * @param properties what differs from the default configuration
	 */
	DurableSpring(Settings settings, LongAdder steps, String name, String... properties) {
		this.hub = settings.required("workload") + name.substring("durable-spring".length());
		this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory()
				.registerSingleton("programs",
						settings.local() ? new LocalPrograms(steps) : new DurablePrograms(steps)))
			.bannerMode(Banner.Mode.OFF)
			.properties("spring.application.name=" + this.hub, "durable.jpa.initialize-schema=always",
					"spring.kafka.bootstrap-servers=" + settings.required("broker"),
					"spring.datasource.url=" + Databases.url(settings, name))
			.properties(properties)
			.run();
		this.client = this.application.getBean(DurableClient.class);
		this.database = this.application.getBean(DataSource.class);
		this.batch = settings.size("bulk", 500, 500);
	}

	@Override
	public boolean runs(Program program) {
		return true;
	}

	@Override
	public void start(Job job) {
		this.client.start(job.program().name(), input(job), StartOptions.instanceId(job.id()));
	}

	private static Object input(Job job) {
		return switch (job.program()) {
			case EVENTS -> new DurablePrograms.Sum(job.size(), 0);
			case ECHO -> Program.text(job.size());
			default -> job.size();
		};
	}

	@Override
	public void raise(Job job, int number) {
		this.client.raiseEvent(job.id(), Program.EVENT, number);
	}

	DurableClient client() {
		return this.client;
	}

	/**
	 * The task hub: another one for each workload, so that none finds another's messages.
	 */
	String hub() {
		return this.hub;
	}

	DataSource database() {
		return this.database;
	}

	@Override
	public void startAll(List<Job> jobs) {
		for (int from = 0; from < jobs.size(); from += this.batch) {
			List<Job> some = jobs.subList(from, Math.min(jobs.size(), from + this.batch));
			Map<String, Object> inputs = new LinkedHashMap<>();
			some.forEach((job) -> inputs.put(job.id(), input(job)));
			this.client.startAll(some.get(0).program().name(), inputs);
		}
	}

	@Override
	public String await(Job job) throws Exception {
		return String.valueOf(this.client.awaitCompletion(job.id(), PATIENCE).readOutputAs(String.class));
	}

	@Override
	public long completed(String prefix, String output) throws Exception {
		return Databases.count(this.database,
				"select count(*) from durable_instance where hub = ? and status = 'COMPLETED'"
						+ " and starts_with(id, ?) and output = ?",
				this.hub, prefix, '"' + output + '"');
	}

	@Override
	public void close() {
		this.application.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
