package io.durablespring.example;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;

import org.springframework.stereotype.Component;

/**
 * Shows on the console how an instance gets on.
 */
@Component
public class Progress {

	private static final Duration REFRESH = Duration.ofMillis(200);

	private final DurableClient client;

	Progress(DurableClient client) {
		this.client = client;
	}

	/**
	 * Prints what an instance says of itself, whenever that changes, and in the end its
	 * result or why it has none.
	 * @param <T> the result's type
	 * @param instanceId the instance
	 * @param resultType the result's type
	 * @param description what to print of the result
	 * @return the exit status: 0 if it completed, 1 if it failed, was ended or is held
	 * @throws InterruptedException if the thread is interrupted
	 */
	public <T> int follow(String instanceId, Class<T> resultType, Function<T, String> description)
			throws InterruptedException {
		OrchestrationMetadata finished = await(instanceId);
		T result = finished.readOutputAs(resultType);
		if (finished.status() == InstanceStatus.COMPLETED && result != null) {
			System.out.println(description.apply(result));
			return 0;
		}
		System.out.flush();
		System.err.printf("Instance %s is %s: %s%n", instanceId, finished.status(), finished.failure());
		return 1;
	}

	// Until it has finished or is held.
	private OrchestrationMetadata await(String instanceId) throws InterruptedException {
		String printed = null;
		while (true) {
			try {
				return this.client.awaitCompletion(instanceId, REFRESH);
			}
			catch (TimeoutException ex) {
				OrchestrationMetadata now = this.client.get(instanceId).orElseThrow();
				if (now.status() == InstanceStatus.SUSPENDED) {
					return now;
				}
				Payload status = now.customStatus();
				String said = (status != null) ? status.as(String.class) : null;
				if (said != null && !said.equals(printed)) {
					System.out.println(said);
					printed = said;
				}
			}
		}
	}

}
