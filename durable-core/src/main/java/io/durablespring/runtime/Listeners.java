package io.durablespring.runtime;

import java.util.List;
import java.util.function.Consumer;

import io.durablespring.history.Message;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all listeners; one that throws is logged and does not affect the others.
 */
final class Listeners implements RuntimeListener {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<RuntimeListener> listeners;

	Listeners(List<RuntimeListener> listeners) {
		this.listeners = listeners;
	}

	@Override
	public void stepsCommitted(List<StepCommit> steps) {
		tell((listener) -> listener.stepsCommitted(steps));
	}

	@Override
	public void activityCompleted(Message.ToActivity call, boolean failed, long nanos) {
		tell((listener) -> listener.activityCompleted(call, failed, nanos));
	}

	@Override
	public void messageDropped(Message message, String reason) {
		tell((listener) -> listener.messageDropped(message, reason));
	}

	@Override
	public void messageDeadLettered(Message message, String reason) {
		tell((listener) -> listener.messageDeadLettered(message, reason));
	}

	private void tell(Consumer<RuntimeListener> event) {
		for (RuntimeListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (Throwable ex) {
				// Also what a listener in another language need not declare.
				logger.warn("A runtime listener failed: {}", listener, ex);
			}
		}
	}

}
