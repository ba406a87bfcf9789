package io.durablespring.engine;

import java.lang.reflect.Type;

import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.TaskFailedException;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.Message;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * A call of an activity.
 *
 * @param <V> the result's type
 */
final class ActivityOperation<V extends @Nullable Object> extends Operation<V> {

	private final TaskScheduled call;

	private final Type resultType;

	private final PayloadCodec codec;

	ActivityOperation(Replay replay, ActivityTarget target, @Nullable Payload input, PayloadCodec codec) {
		super(replay);
		this.call = new TaskScheduled(replay.now(), taskId(), target.name(), target.queue(), input);
		this.resultType = target.resultType();
		this.codec = codec;
	}

	@Override
	Action action() {
		return this.call;
	}

	@Override
	void begin(StepRecord step) {
		step.send(Message.ToActivity.of(step.instanceId(), step.executionId(), this.call));
	}

	@Override
	void complete(Completion outcome) {
		if (outcome instanceof TaskFailed failed) {
			fail(new TaskFailedException(this.call.name(), taskId(), failed.failure()));
			return;
		}
		if (!(outcome instanceof TaskCompleted completed)) {
			fail(new IllegalStateException("An activity cannot end with " + outcome));
			return;
		}
		V result;
		try {
			result = read(completed.result());
		}
		catch (PayloadException ex) {
			fail(new PayloadException("The result of activity '%s' (#%d) cannot be read: %s".formatted(this.call.name(),
					taskId(), ex.getMessage()), ex));
			return;
		}
		succeed(result);
	}

	@SuppressWarnings({ "unchecked", "NullAway" }) // the caller states the type; null has
													// every type
	private V read(@Nullable Payload result) {
		boolean ignored = this.resultType == void.class || this.resultType == Void.class;
		return (result == null || ignored) ? null : (V) this.codec.read(result, this.resultType);
	}

}
