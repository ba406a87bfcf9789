package io.durablespring.actuate;

import io.durablespring.actuate.DurableDeadLettersEndpoint.Outcome;
import io.durablespring.actuate.DurableDeadLettersEndpoint.Waiting;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Lets a problem show in the status: who redrives by a script must not take it for done.
 */
@EndpointWebExtension(endpoint = DurableDeadLettersEndpoint.class)
public final class DurableDeadLettersEndpointWebExtension {

	private final DurableDeadLettersEndpoint endpoint;

	/**
	 * Creates the extension.
	 * @param endpoint the endpoint
	 */
	public DurableDeadLettersEndpointWebExtension(DurableDeadLettersEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Lists the dead letters that wait.
	 * @param size how many at most
	 * @return the first of them, with status 503 if there is a problem
	 */
	@ReadOperation
	public WebEndpointResponse<Waiting> deadLetters(@Nullable Integer size) {
		Waiting waiting = this.endpoint.deadLetters(size);
		return response(waiting, waiting.problem());
	}

	/**
	 * Sends all that waits to where it came from or was to go.
	 * @return how many were sent, with status 503 if there is a problem
	 */
	@WriteOperation
	public WebEndpointResponse<Outcome> redrive() {
		Outcome outcome = this.endpoint.redrive();
		return response(outcome, outcome.problem());
	}

	private static <T> WebEndpointResponse<T> response(T body, @Nullable String problem) {
		return new WebEndpointResponse<>(body,
				(problem == null) ? WebEndpointResponse.STATUS_OK : WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
	}

}
