package io.durablespring.example.cleanup;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import io.durablespring.DurableClient;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.example.Command;
import io.durablespring.example.Links;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Sees to it that the clean-up is there.
 */
@Component
@ConditionalOnProperty("cleanup.keep")
@EnableConfigurationProperties(CleanupArguments.class)
final class CleanupCommand implements Command {

	// The same on every node and in every run: there is one clean-up.
	private static final String ID = "cleanup";

	private static final Duration REFRESH = Duration.ofMillis(200);

	private final DurableClient client;

	private final Links links;

	private final CleanupArguments arguments;

	CleanupCommand(DurableClient client, Links links, CleanupArguments arguments) {
		this.client = client;
		this.links = links;
		this.arguments = arguments;
	}

	@Override
	public int run() throws InterruptedException {
		start(this.arguments.toPlan());
		// One that was there before keeps the plan that it was started with.
		CleanupPlan plan = Objects.requireNonNull(cleanup().readInputAs(CleanupPlan.class));
		System.out.printf("Cleaning up at %s every day, next at %s%n", plan.daily().time(),
				plan.daily().after(Instant.now()).atZone(plan.daily().zone()));
		if (this.arguments.now()) {
			cleanNow();
		}
		if (!this.arguments.exit()) {
			this.links.print(ID);
		}
		return 0;
	}

	// tag::start[]
	private void start(CleanupPlan plan) {
		try {
			this.client.start(Cleanup::run, plan, StartOptions.instanceId(ID));
		}
		catch (InstanceAlreadyExistsException ex) {
			// Started by another node, or by a run before this one.
		}
	}
	// end::start[]

	private void cleanNow() throws InterruptedException {
		String before = cleanup().executionId();
		this.client.raiseEvent(ID, "run-now", null);
		while (cleanup().executionId().equals(before)) {
			Thread.sleep(REFRESH.toMillis());
		}
		Payload said = Objects.requireNonNull(cleanup().customStatus());
		System.out.println(said.as(String.class));
	}

	private OrchestrationMetadata cleanup() {
		return this.client.get(ID).orElseThrow();
	}

	@Override
	public boolean exitsAfterwards() {
		return this.arguments.exit();
	}

}
