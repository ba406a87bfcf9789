package io.durablespring.example.approval;

import io.durablespring.DurableClient;
import io.durablespring.example.Command;
import io.durablespring.example.Links;
import io.durablespring.example.Progress;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Asks for the approval that the arguments name.
 */
@Component
@ConditionalOnProperty("approval.request")
@EnableConfigurationProperties(ApprovalArguments.class)
final class ApprovalCommand implements Command {

	private final DurableClient client;

	private final Progress progress;

	private final Links links;

	private final ApprovalArguments arguments;

	ApprovalCommand(DurableClient client, Progress progress, Links links, ApprovalArguments arguments) {
		this.client = client;
		this.progress = progress;
		this.links = links;
		this.arguments = arguments;
	}

	@Override
	public int run() throws InterruptedException {
		String instanceId = this.client.start(Approval::decide, this.arguments.toRequest());
		int status = this.progress.follow(instanceId, Decision.class,
				(decision) -> (decision.approved() ? "Approved: " : "Rejected: ") + decision.reason());
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
