package io.durablespring.example.backup;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Checks the arguments before anything is started for them.
 */
final class BackupArgumentsCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		BackupArguments.of(event.getEnvironment());
	}

}
