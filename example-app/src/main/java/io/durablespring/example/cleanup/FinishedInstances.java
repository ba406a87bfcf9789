package io.durablespring.example.cleanup;

import java.time.Duration;
import java.time.Instant;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceFilter;
import io.durablespring.PurgeResult;
import io.durablespring.Retry;

import org.springframework.stereotype.Component;

/**
 * The instances that have finished. They stay in the database until somebody removes
 * them.
 */
@Component
class FinishedInstances {

	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private final DurableClient client;

	FinishedInstances(DurableClient client) {
		this.client = client;
	}

	// tag::remove[]
	@Activity(value = "RemoveFinishedInstances", retry = @Retry(maxAttempts = 3, firstRetryInterval = "1m"))
	int remove(Instant finishedBefore) {
		InstanceFilter old = InstanceFilter.all().completed(null, finishedBefore);
		// What is not done in time is left for the next night.
		PurgeResult result = this.client.purge(old, true, TIMEOUT);
		return result.deletedInstances();
	}
	// end::remove[]

}
