package io.durablespring.example.chaining;

import java.util.UUID;

import io.durablespring.DurableClient;
import io.durablespring.StartOptions;
import io.durablespring.example.Command;
import io.durablespring.example.Links;
import io.durablespring.example.Progress;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Orders what the arguments name.
 */
@Component
@ConditionalOnProperty("chaining.item")
@EnableConfigurationProperties(ChainingArguments.class)
final class ChainingCommand implements Command {

	private final DurableClient client;

	private final Progress progress;

	private final Links links;

	private final ChainingArguments arguments;

	ChainingCommand(DurableClient client, Progress progress, Links links, ChainingArguments arguments) {
		this.client = client;
		this.progress = progress;
		this.links = links;
		this.arguments = arguments;
	}

	@Override
	public int run() throws InterruptedException {
		Order order = new Order(UUID.randomUUID().toString(), this.arguments.item(), this.arguments.price());
		String instanceId = "order-" + order.id();
		System.out.printf("Ordering a %s for %d as %s%n", order.item(), order.price(), instanceId);
		this.client.start(OrderProcess::process, order, StartOptions.instanceId(instanceId));
		int status = this.progress.follow(instanceId, Receipt.class,
				(receipt) -> "Paid by %s, sent as %s".formatted(receipt.payment(), receipt.parcel()));
		if (!this.arguments.exit()) {
			this.links.print(instanceId);
		}
		return status;
	}

	@Override
	public boolean exitsAfterwards() {
		return this.arguments.exit();
	}

}
