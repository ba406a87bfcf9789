package io.durablespring.local;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.spi.HeldMessagesException;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one send: done when each of them is, failed if one of them is.
 */
final class Shipment {

	private final CompletableFuture<Void> stage = new CompletableFuture<>();

	private final AtomicInteger outstanding;

	private volatile @Nullable RuntimeException problem;

	private volatile @Nullable HeldMessagesException held;

	Shipment(int messages) {
		this.outstanding = new AtomicInteger(messages);
	}

	CompletableFuture<Void> stage() {
		return this.stage;
	}

	void delivered() {
		if (this.outstanding.decrementAndGet() == 0) {
			end();
		}
	}

	/**
	 * One message cannot be delivered. The others still are: a message that nobody takes
	 * must not hold up the ones that were sent with it.
	 */
	void undeliverable(RuntimeException reason) {
		this.problem = reason;
		delivered();
	}

	/** One message cannot be delivered before the next start. */
	void hold(HeldMessagesException reason) {
		this.held = reason;
		delivered();
	}

	void abandon(RuntimeException reason) {
		this.stage.completeExceptionally(reason);
	}

	private void end() {
		RuntimeException failure = (this.problem != null) ? this.problem : this.held;
		if (failure != null) {
			this.stage.completeExceptionally(failure);
		}
		else {
			this.stage.complete(null);
		}
	}

}
