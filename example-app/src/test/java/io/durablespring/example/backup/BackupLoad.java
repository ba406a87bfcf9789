package io.durablespring.example.backup;

import java.nio.file.Path;

import io.durablespring.DurableClient;
import io.durablespring.StartOptions;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Starts several backups at once, below {@code --test.load.root=DIR}: of {@code site-N}
 * to {@code copy-N} for each N below {@code --test.load.sites}. Active in processes that
 * a test starts.
 */
@Component
@ConditionalOnProperty("test.load.root")
class BackupLoad implements ApplicationRunner {

	private final DurableClient client;

	private final Environment environment;

	BackupLoad(DurableClient client, Environment environment) {
		this.client = client;
		this.environment = environment;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		Path root = Path.of(this.environment.getRequiredProperty("test.load.root"));
		int sites = this.environment.getRequiredProperty("test.load.sites", Integer.class);
		for (int site = 0; site < sites; site++) {
			BackupRequest request = new BackupRequest(root.resolve("site-" + site).toString(),
					root.resolve("copy-" + site).toString());
			this.client.start(BackupSite::run, request, StartOptions.instanceId("site-" + site));
		}
	}

}
