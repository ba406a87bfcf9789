package io.durablespring.example.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import io.durablespring.DurableClient;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.StartOptions;
import io.durablespring.StoreUnavailableException;
import io.durablespring.example.Command;
import io.durablespring.example.Links;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Runs the backup that the arguments ask for, or goes on with it if a run before did not
 * finish it.
 */
@Component
@ConditionalOnProperty("backup.root")
final class BackupCommand implements Command, SmartLifecycle {

	private static final Duration REFRESH = Duration.ofMillis(500);

	private final DurableClient client;

	private final BackupProgress progress;

	private final Links links;

	private final BackupArguments arguments;

	private final String instanceId;

	private volatile boolean running;

	private boolean resumed;

	// When it was suspended, if it was when this run found it.
	private @Nullable Instant suspended;

	BackupCommand(DurableClient client, BackupProgress progress, Links links, Environment environment) {
		this.client = client;
		this.progress = progress;
		this.links = links;
		this.arguments = Objects.requireNonNull(BackupArguments.of(environment), "backup.root");
		this.instanceId = this.arguments.instanceId();
	}

	/**
	 * Starts the backup or finds the unfinished one.
	 */
	@Override
	public void start() {
		this.running = true;
		Optional<OrchestrationMetadata> found = this.client.get(this.instanceId);
		this.resumed = found.isPresent() && !found.get().status().isFinished();
		if (!this.resumed) {
			try {
				this.client.start(BackupSite::run, this.arguments.request(), StartOptions.instanceId(this.instanceId));
			}
			catch (InstanceAlreadyExistsException ex) {
				// Another node was quicker.
				this.resumed = true;
			}
		}
		else if (found.get().status() == InstanceStatus.SUSPENDED) {
			this.suspended = found.get().updatedAt();
			this.client.resume(this.instanceId, "The backup was run again");
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		// Before the runtime starts: that could finish an unfinished backup before it is
		// found, and a new one would be started.
		return 0;
	}

	@Override
	public int run() throws InterruptedException {
		System.out.printf("%s %s%n  to %s%n  as instance %s%n", this.resumed ? "Resuming the backup of" : "Backing up",
				this.arguments.root(), this.arguments.target(), this.instanceId);
		OrchestrationMetadata backup = await();
		int status = report(backup);
		if (!this.arguments.exit()) {
			this.links.print(this.instanceId);
		}
		return status;
	}

	private OrchestrationMetadata await() throws InterruptedException {
		while (true) {
			try {
				OrchestrationMetadata ended = poll();
				if (ended != null) {
					return ended;
				}
			}
			catch (StoreUnavailableException | DataAccessException ex) {
				if (!this.running) {
					throw ex;
				}
				System.err.println("The database does not answer, trying on: " + ex.getMessage());
				Thread.sleep(REFRESH.toMillis());
			}
		}
	}

	private @Nullable OrchestrationMetadata poll() throws InterruptedException {
		try {
			OrchestrationMetadata finished = this.client.awaitCompletion(this.instanceId, REFRESH);
			this.progress.print(this.instanceId);
			return finished;
		}
		catch (TimeoutException ex) {
			return heldMeanwhile();
		}
	}

	private @Nullable OrchestrationMetadata heldMeanwhile() {
		this.progress.print(this.instanceId);
		OrchestrationMetadata now = this.client.get(this.instanceId).orElseThrow();
		return (now.status() == InstanceStatus.SUSPENDED && !now.updatedAt().equals(this.suspended)) ? now : null;
	}

	private int report(OrchestrationMetadata backup) {
		BackupResult result = backup.readOutputAs(BackupResult.class);
		if (backup.status() == InstanceStatus.COMPLETED && result != null) {
			System.out.printf("Done: %d files, %s%n", result.files(), ByteCount.describe(result.bytes()));
			return 0;
		}
		System.out.flush();
		System.err.printf("The backup is %s: %s%n", backup.status(), backup.failure());
		return 1;
	}

	@Override
	public boolean exitsAfterwards() {
		return this.arguments.exit();
	}

}
