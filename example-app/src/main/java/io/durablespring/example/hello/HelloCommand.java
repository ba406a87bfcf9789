package io.durablespring.example.hello;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.TypeRef;
import io.durablespring.example.Command;
import io.durablespring.example.Links;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Greets whom {@code --hello.names=Ada,Alan} names.
 */
@Component
@ConditionalOnProperty("hello.names")
final class HelloCommand implements Command {

	private final DurableClient client;

	private final Links links;

	private final List<String> names;

	private final boolean exit;

	HelloCommand(DurableClient client, Links links, @Value("${hello.names}") List<String> names,
			@Value("${hello.exit:false}") boolean exit) {
		this.client = client;
		this.links = links;
		this.names = names;
		this.exit = exit;
	}

	@Override
	public int run() throws InterruptedException {
		String instanceId = this.client.start(HelloSequence::run, this.names);
		try {
			OrchestrationMetadata hello = this.client.awaitCompletion(instanceId, Duration.ofMinutes(1));
			System.out
				.println((hello.status() == InstanceStatus.COMPLETED) ? hello.readOutputAs(new TypeRef<List<String>>() {
				}) : hello.failure());
			if (!this.exit) {
				this.links.print(instanceId);
			}
			return (hello.status() == InstanceStatus.COMPLETED) ? 0 : 1;
		}
		catch (TimeoutException ex) {
			System.err.println("No greeting within a minute: " + ex.getMessage());
			return 1;
		}
	}

	@Override
	public boolean exitsAfterwards() {
		return this.exit;
	}

}
