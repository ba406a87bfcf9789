package io.durablespring.runtime;

import java.util.concurrent.atomic.AtomicReference;

import io.durablespring.engine.StepResult;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.Transport.ActivityDelivery;
import org.jspecify.annotations.Nullable;

/**
 * A call that the node runs which has its instance. The batch that it belongs to waits
 * for it a little; when that does no more, the outcome is sent like that of any other
 * call.
 * <p>
 * The outcome counts only if the call is stored. Until then nobody outside of the batch
 * may see it: a step that is not stored may be another one next time, with another call
 * under the same number. Thread-safe.
 */
final class LocalRun implements ActivityDelivery {

	private final StepResult.LocalCall call;

	private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

	private volatile @Nullable LocalCalls calls;

	private volatile @Nullable ToOrchestration outcome;

	/** The entry by which the outcome of a transactional activity is safe. */
	private volatile @Nullable OutboxEntry kept;

	// Guarded by the calls.
	private @Nullable LocalEntry entry;

	private boolean finished;

	private boolean detached;

	private boolean settled;

	LocalRun(StepResult.LocalCall call) {
		this.call = call;
	}

	@Override
	public Message.ToActivity message() {
		return this.call.message();
	}

	boolean checkpoint() {
		return this.call.checkpoint();
	}

	// --- Who runs it

	/** Whether it is to run now. */
	boolean begin() {
		return this.state.compareAndSet(State.WAITING, State.BEGUN);
	}

	/** It could not begin, and waits again. */
	void postpone() {
		this.state.set(State.WAITING);
	}

	/** If it has not begun, it is not to. */
	void withdraw() {
		this.state.compareAndSet(State.WAITING, State.WITHDRAWN);
	}

	boolean isWaiting() {
		return this.state.get() == State.WAITING;
	}

	boolean isWithdrawn() {
		return this.state.get() == State.WITHDRAWN;
	}

	/** It belongs to a batch from now on. */
	void join(LocalCalls batch) {
		this.calls = batch;
	}

	boolean hasJoined() {
		return this.calls != null;
	}

	/** The outcome is safe by an entry, which is sent if nobody takes the outcome in. */
	void keep(OutboxEntry safe) {
		this.kept = safe;
	}

	@Nullable OutboxEntry kept() {
		return this.kept;
	}

	/**
	 * It has ended.
	 * @param result the outcome; {@code null} if there is none or it is in an entry
	 */
	void finish(@Nullable ToOrchestration result) {
		OutboxEntry safe = this.kept;
		this.outcome = (result == null && safe != null) ? (ToOrchestration) safe.messages().get(0) : result;
		LocalCalls batch = this.calls;
		if (batch != null) {
			batch.finished(this);
		}
	}

	/** The outcome, {@code null} if somebody else has it. */
	@Nullable ToOrchestration outcome() {
		return this.outcome;
	}

	// --- What has become of it, for its batch

	boolean isStored() {
		return this.entry != null;
	}

	@Nullable LocalEntry entry() {
		return this.entry;
	}

	void stored(LocalEntry keeper) {
		keeper.hold();
		this.entry = keeper;
	}

	boolean isFinished() {
		return this.finished;
	}

	void finished() {
		this.finished = true;
	}

	boolean isDetached() {
		return this.detached;
	}

	void detach() {
		this.detached = true;
	}

	boolean isSettled() {
		return this.settled;
	}

	/** Says once that its outcome is safe. */
	boolean settle() {
		boolean first = !this.settled;
		this.settled = true;
		return first;
	}

	// --- When its outcome is sent

	@Override
	public boolean redelivered() {
		return false;
	}

	@Override
	public void acknowledge() {
		LocalCalls batch = this.calls;
		if (batch != null) {
			batch.settle(this);
		}
	}

	private enum State {

		WAITING, WITHDRAWN, BEGUN

	}

}
