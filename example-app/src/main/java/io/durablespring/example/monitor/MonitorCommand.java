package io.durablespring.example.monitor;

import java.time.Instant;

import io.durablespring.DurableClient;
import io.durablespring.example.Command;
import io.durablespring.example.Links;
import io.durablespring.example.Progress;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Watches the address that the arguments name.
 */
@Component
@ConditionalOnProperty("monitor.url")
@EnableConfigurationProperties(MonitorArguments.class)
final class MonitorCommand implements Command {

	private final DurableClient client;

	private final Progress progress;

	private final Links links;

	private final MonitorArguments arguments;

	MonitorCommand(DurableClient client, Progress progress, Links links, MonitorArguments arguments) {
		this.client = client;
		this.progress = progress;
		this.links = links;
		this.arguments = arguments;
	}

	@Override
	public int run() throws InterruptedException {
		Watch watch = Watch.begin(this.arguments.url().toString(), this.arguments.interval(),
				Instant.now().plus(this.arguments.patience()));
		String instanceId = this.client.start(SiteMonitor::watch, watch);
		System.out.printf("Watching %s until %s as instance %s%n", watch.url(), watch.until(), instanceId);
		int status = this.progress.follow(instanceId, Finding.class, MonitorCommand::describe);
		if (!this.arguments.exit()) {
			this.links.print(instanceId);
		}
		return status;
	}

	private static String describe(Finding finding) {
		return (finding.up() ? "It answers. Looks: " : "Given up. Looks: ") + finding.looks();
	}

	@Override
	public boolean exitsAfterwards() {
		return this.arguments.exit();
	}

}
