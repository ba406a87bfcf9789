package io.durablespring.jpa;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import io.durablespring.StoreUnavailableException;

/**
 * Lets concurrent writes share transactions. While one commits, those that come meanwhile
 * wait for the next one, which takes them all. Who comes alone waits for nobody: its own
 * thread writes at once. Thread-safe.
 * <p>
 * A write returns when its own transaction has committed, so it is as durable as one that
 * had a transaction for itself. If the data of one is at fault, all have been rolled
 * back, nobody knows whose write would have succeeded, and each is to be written alone.
 *
 * @param <W> what a write consists of
 */
final class GroupCommit<W> {

	private static final int LARGEST_GROUP = 500;

	private final Function<List<W>, Collection<W>> transaction;

	/** Guarded by itself, like the flag. */
	private final Queue<Member<W>> waiting = new ArrayDeque<>();

	private boolean led;

	/**
	 * Creates a group.
	 * @param transaction writes all in one transaction, in their order, and returns those
	 * that it has left out
	 */
	GroupCommit(Function<List<W>, Collection<W>> transaction) {
		this.transaction = transaction;
	}

	/**
	 * Writes with others.
	 * @return whether it is durable; {@code false} if nothing of it was written, and it
	 * is to be written alone
	 * @throws StoreUnavailableException if the database did not answer
	 */
	boolean write(W write) {
		if (Thread.currentThread().isInterrupted()) {
			// It must not write for others: the database may refuse it.
			return false;
		}
		Member<W> member = new Member<>(write);
		synchronized (this.waiting) {
			this.waiting.add(member);
			if (!this.led) {
				this.led = true;
				member.turn.complete(Turn.LEAD);
			}
		}
		return switch (member.awaitTurn()) {
			case LEAD -> lead(member);
			case COMMITTED -> true;
			case ALONE -> false;
		};
	}

	/** The leader is the first of those that wait, so it is one of its group. */
	private boolean lead(Member<W> leader) {
		List<Member<W>> group = takeGroup();
		List<Member<W>> followers = group.subList(1, group.size());
		try {
			Collection<W> leftOut = this.transaction.apply(group.stream().map(Member::write).toList());
			followers.forEach((follower) -> follower.turn
				.complete(leftOut.contains(follower.write) ? Turn.ALONE : Turn.COMMITTED));
			return !leftOut.contains(leader.write);
		}
		catch (StoreUnavailableException | Error ex) {
			// It may have been committed: who wrote again could find its own write.
			followers.forEach((follower) -> follower.turn.completeExceptionally(ex));
			throw ex;
		}
		catch (RuntimeException ex) {
			followers.forEach((follower) -> follower.turn.complete(Turn.ALONE));
			return false;
		}
		finally {
			handOver();
		}
	}

	private List<Member<W>> takeGroup() {
		List<Member<W>> group = new ArrayList<>();
		synchronized (this.waiting) {
			while (!this.waiting.isEmpty() && group.size() < LARGEST_GROUP) {
				group.add(this.waiting.remove());
			}
		}
		return group;
	}

	private void handOver() {
		synchronized (this.waiting) {
			Member<W> next = this.waiting.peek();
			if (next != null) {
				next.turn.complete(Turn.LEAD);
			}
			else {
				this.led = false;
			}
		}
	}

	private enum Turn {

		LEAD, COMMITTED, ALONE

	}

	private record Member<W>(W write, CompletableFuture<Turn> turn) {

		Member(W write) {
			this(write, new CompletableFuture<>());
		}

		/** Not interruptible: what is written is written, whether one waits or not. */
		Turn awaitTurn() {
			try {
				return this.turn.join();
			}
			catch (CompletionException ex) {
				// With the stack of this thread, which is not the one that it hit.
				Throwable cause = Objects.requireNonNull(ex.getCause());
				throw new StoreUnavailableException("A write of several callers failed: " + cause.getMessage(), cause);
			}
		}

	}

}
