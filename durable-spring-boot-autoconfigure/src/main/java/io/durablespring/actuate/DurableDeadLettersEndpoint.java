package io.durablespring.actuate;

import java.time.Instant;
import java.util.List;

import io.durablespring.spi.DeadLetterQueue;
import io.durablespring.spi.DeadLetterQueue.DeadLetter;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows what was put aside, without values, and sends it to where it came from. Answers
 * with the problem if there is one.
 */
@Endpoint(id = "durabledeadletters", defaultAccess = Access.READ_ONLY)
public final class DurableDeadLettersEndpoint {

	private static final int MAX_SIZE = 1000;

	private final Transport transport;

	private final Sanitizer sanitizer;

	/**
	 * Creates the endpoint.
	 * @param transport what has put things aside
	 * @param sanitizingFunctions what masks reasons
	 */
	public DurableDeadLettersEndpoint(Transport transport, Iterable<SanitizingFunction> sanitizingFunctions) {
		this.transport = transport;
		this.sanitizer = new Sanitizer(sanitizingFunctions);
	}

	/**
	 * Lists the dead letters that wait, of all nodes, the oldest first.
	 * @param size how many at most, 1 to 1,000; 100 if absent
	 * @return the first of them
	 * @throws InvalidEndpointRequestException if the size is not legal
	 */
	@ReadOperation
	public Waiting deadLetters(@Nullable Integer size) {
		int limit = (size != null) ? size : 100;
		if (limit < 1 || limit > MAX_SIZE) {
			String reason = "size must be from 1 to " + MAX_SIZE + ", not " + limit;
			throw new InvalidEndpointRequestException(reason, reason);
		}
		try {
			DeadLetterQueue queue = this.transport.deadLetters();
			return new Waiting(queue.count(), queue.list(limit).stream().map(this::line).toList(), null);
		}
		catch (RuntimeException ex) {
			return new Waiting(null, List.of(), problem(ex));
		}
	}

	/**
	 * Sends all that waits to where it came from or was to go.
	 * @return how many were sent
	 */
	@WriteOperation
	public Outcome redrive() {
		try {
			DeadLetterQueue.Redriven redriven = this.transport.deadLetters().redrive();
			return new Outcome(redriven.sent(), redriven.left(), null);
		}
		catch (RuntimeException ex) {
			return new Outcome(null, null, problem(ex));
		}
	}

	private static String problem(RuntimeException failure) {
		return (failure.getMessage() != null) ? failure.getMessage() : failure.toString();
	}

	private DeadLetterLine line(DeadLetter letter) {
		return new DeadLetterLine(letter.time(), letter.instanceId(), letter.type(), letter.messageId(),
				// May have parts of the value in it.
				this.sanitizer.sanitize(new SanitizableData(null, "reason", letter.reason()), true), letter.origin(),
				letter.position(), letter.obstacle() == null, letter.obstacle());
	}

	/**
	 * Dead letters.
	 *
	 * @param waiting how many wait; {@code null} if unknown
	 * @param deadLetters the oldest of them
	 * @param problem why they cannot be shown
	 */
	public record Waiting(@Nullable Long waiting, List<DeadLetterLine> deadLetters,
			@Nullable String problem) implements OperationResponseBody {
	}

	/**
	 * A dead letter.
	 *
	 * @param time when it was put aside
	 * @param instanceId the instance it is for; {@code null} if it names none
	 * @param type the event's type; {@code null} if unknown
	 * @param messageId the message's id; {@code null} if it has none
	 * @param reason why it was put aside
	 * @param origin where it came from or was to go
	 * @param position where it lies
	 * @param redrivable whether it can be sent there
	 * @param obstacle why not
	 */
	public record DeadLetterLine(Instant time, @Nullable String instanceId, @Nullable String type,
			@Nullable String messageId, @Nullable Object reason, String origin, String position, boolean redrivable,
			@Nullable String obstacle) {
	}

	/**
	 * What became of those that waited.
	 *
	 * @param sent how many were sent; {@code null} if there was a problem
	 * @param left how many were not because they cannot be; {@code null} if there was a
	 * problem
	 * @param problem what has stopped it
	 */
	public record Outcome(@Nullable Long sent, @Nullable Long left,
			@Nullable String problem) implements OperationResponseBody {
	}

}
