package io.durablespring.engine;

import java.lang.reflect.Type;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.TaskFailedException;
import io.durablespring.history.Attempt;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * A call of something that has a name and returns a value, and may be tried again.
 *
 * @param <V> the result's type
 */
abstract class CallOperation<V extends @Nullable Object> extends Operation<V> {

	private final String name;

	private final Type resultType;

	private final PayloadCodec codec;

	CallOperation(Replay replay, String name, Type resultType, PayloadCodec codec) {
		super(replay);
		this.name = name;
		this.resultType = resultType;
		this.codec = codec;
	}

	/**
	 * Which attempt this is as it stands in history, {@code null} if there is only one.
	 */
	abstract @Nullable Attempt attempt();

	final String name() {
		return this.name;
	}

	final void failed(FailureDetails failure) {
		fail(new TaskFailedException(this.name, taskId(), failure));
	}

	final void returned(@Nullable Payload payload) {
		V result;
		try {
			result = read(this.codec, payload, this.resultType);
		}
		catch (PayloadException ex) {
			fail(new PayloadException(
					"The result of '%s' (#%d) cannot be read: %s".formatted(this.name, taskId(), ex.getMessage()), ex));
			return;
		}
		succeed(result);
	}

}
