package io.durablespring.spi;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a transport has put aside, for all nodes of the task hub, until somebody has it
 * redriven. Thread-safe. Each method throws what keeps it from an answer, such as a
 * broker that is away; none waits for that for ever.
 */
public interface DeadLetterQueue {

	/**
	 * How many dead letters wait. Cheap enough to be asked every few seconds.
	 * @return the number
	 */
	long count();

	/**
	 * The dead letters that wait, the one that was put aside first at the top.
	 * @param limit how many at most, 1 or more
	 * @return the first of them
	 */
	List<DeadLetter> list(int limit);

	/**
	 * Sends the dead letters that wait now to where they came from or were to go: with
	 * the ids that they have, so that what they did already is not done again; those to
	 * one instance in order; as messages that may have been delivered before. Those that
	 * cannot be sent are left out, and wait no longer either.
	 * <p>
	 * What still cannot be processed is put aside anew. Harmless at any time, also when
	 * it is called twice at once: then the same may be sent, and counted, twice. If it
	 * throws, some may have been sent, and those that were not wait as before.
	 * @return what became of them
	 */
	Redriven redrive();

	/**
	 * A message, or something that is none, which waits.
	 *
	 * @param time when it was put aside
	 * @param position where it lies, to find it by the transport's own tools
	 * @param origin where it came from or was to go
	 * @param instanceId the instance it is for; {@code null} if it names none
	 * @param messageId the message's id; {@code null} if it has none
	 * @param type the event's type, or {@code ExecuteActivity}; {@code null} if unknown
	 * @param reason why it was put aside
	 * @param obstacle why it will be left out when others are redriven; {@code null} if
	 * it will not
	 */
	record DeadLetter(Instant time, String position, String origin, @Nullable String instanceId,
			@Nullable String messageId, @Nullable String type, String reason, @Nullable String obstacle) {
	}

	/**
	 * What became of the dead letters that waited.
	 *
	 * @param sent how many were sent
	 * @param left how many were left out because they cannot be sent; the log names them
	 */
	record Redriven(long sent, long left) {
	}

}
