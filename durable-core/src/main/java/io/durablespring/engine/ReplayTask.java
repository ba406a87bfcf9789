package io.durablespring.engine;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.durablespring.Payload;
import io.durablespring.Task;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * A task whose outcome comes out of the history. Confined to the orchestrator's thread.
 *
 * @param <V> the result's type
 */
abstract class ReplayTask<V extends @Nullable Object> implements Task<V> {

	private final Replay replay;

	private final List<Runnable> dependents = new ArrayList<>(1);

	// 0 while not done; otherwise the place among all tasks of the execution that are
	// done. Tasks that are made of others have theirs, however late they are made.
	private int doneOrder;

	private @Nullable V value;

	private @Nullable RuntimeException failure;

	ReplayTask(Replay replay) {
		this.replay = replay;
	}

	final Replay replay() {
		return this.replay;
	}

	/** Reads what the task has brought, if anybody wants it. */
	@SuppressWarnings({ "unchecked", "NullAway" }) // the caller states the type; null has
													// every type
	final V read(PayloadCodec codec, @Nullable Payload payload, Type type) {
		boolean ignored = type == void.class || type == Void.class;
		return (payload == null || ignored) ? null : (V) this.replay.read(codec, payload, type);
	}

	final void succeed(@Nullable V result) {
		succeed(result, this.replay.nextDoneOrder());
	}

	final void fail(RuntimeException exception) {
		fail(exception, this.replay.nextDoneOrder());
	}

	/** As part of a task that was done before. */
	final void succeed(@Nullable V result, int order) {
		this.value = result;
		done(order);
	}

	final void fail(RuntimeException exception, int order) {
		this.failure = exception;
		done(order);
	}

	private void done(int order) {
		this.doneOrder = order;
		this.dependents.forEach(Runnable::run);
		this.dependents.clear();
	}

	/** Runs an action when this task is done, at once if it is. */
	final void whenDone(Runnable action) {
		if (this.doneOrder != 0) {
			action.run();
		}
		else {
			this.dependents.add(action);
		}
	}

	final int doneOrder() {
		return this.doneOrder;
	}

	final @Nullable RuntimeException failure() {
		return this.failure;
	}

	@SuppressWarnings("NullAway") // null is a V where the task has no result
	final V value() {
		return this.value;
	}

	@Override
	public final V await() {
		this.replay.awaitDone(this);
		if (this.failure != null) {
			throw this.failure;
		}
		return value();
	}

	@Override
	public final boolean isDone() {
		this.replay.checkAccess();
		return this.doneOrder != 0;
	}

	@Override
	public final <U extends @Nullable Object> Task<U> thenApply(Function<? super V, ? extends U> mapper) {
		this.replay.checkAccess();
		return new Mapped<>(this, mapper);
	}

	private static final class Mapped<V extends @Nullable Object, U extends @Nullable Object> extends ReplayTask<U> {

		Mapped(ReplayTask<V> source, Function<? super V, ? extends U> mapper) {
			super(source.replay());
			source.whenDone(() -> map(source, mapper));
		}

		private void map(ReplayTask<V> source, Function<? super V, ? extends U> mapper) {
			if (source.failure() != null) {
				fail(source.failure(), source.doneOrder());
				return;
			}
			U mapped;
			try {
				mapped = replay().callback(() -> mapper.apply(source.value()));
			}
			catch (RuntimeException ex) {
				fail(ex, source.doneOrder());
				return;
			}
			succeed(mapped, source.doneOrder());
		}

	}

}
