package io.durablespring.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between nodes, at least once. One transport serves one task hub.
 * Thread-safe.
 */
public interface Transport {

	/**
	 * Starts receiving. Called once.
	 * @param subscription what this node takes
	 * @param receiver who takes it
	 */
	void start(Subscription subscription, Receiver receiver);

	/**
	 * Stops receiving. Sending goes on to work until {@link #close()}.
	 */
	void stop();

	/**
	 * Ends everything and releases its resources.
	 */
	void close();

	/**
	 * Sends messages. Never waits for a receiver of this node.
	 * @param messages the messages; those to one instance keep their order
	 * @param resent whether they may have been sent before
	 * @return done when all are safe from a crash of this node; failed if any is not, and
	 * then all may be sent again, unless with a {@link HeldMessagesException}. Completed
	 * on a thread of the transport: what depends on it must neither block nor send there
	 */
	CompletionStage<?> send(List<? extends Message> messages, boolean resent);

	/**
	 * Puts a message aside where an operator finds it. Safe on return, as far as the
	 * transport keeps anything; throws if it is not, and then the message must not be
	 * acknowledged.
	 * @param message a message that cannot be processed
	 * @param reason why not
	 */
	void deadLetter(Message message, String reason);

	/**
	 * What was put aside and waits.
	 * @return the dead letters
	 * @throws UnsupportedOperationException if the transport does not find them again
	 */
	default DeadLetterQueue deadLetters() {
		throw new UnsupportedOperationException("This transport does not show what it has put aside");
	}

	/**
	 * What lets nodes tell each other beside messages who waits for what.
	 * @return the notices; {@code null} if this transport has none, or none right now
	 */
	default @Nullable Notices notices() {
		return null;
	}

	/**
	 * How the transport is.
	 * @return a snapshot
	 */
	Status status();

	/**
	 * What a node takes.
	 *
	 * @param orchestrations whether it runs orchestrators
	 * @param activityQueues the queues whose activities it runs; the empty string is the
	 * default queue
	 * @param versions which orchestrators it runs
	 */
	record Subscription(boolean orchestrations, Set<String> activityQueues, Versions versions) {

		public Subscription {
			activityQueues = Set.copyOf(activityQueues);
		}

	}

	/**
	 * Which versions of which orchestrators a node runs. Thread-safe. A
	 * {@link Message.ToVersion} that was sent by one node is delivered, as the message in
	 * it, to nodes that can run the instance, and waits until there is one.
	 */
	interface Versions {

		/**
		 * Whether the node can run an instance.
		 * @param name the orchestrator's name
		 * @param version the instance's version; {@code null} for none
		 * @return whether it can
		 */
		boolean canRun(String name, @Nullable String version);

		/**
		 * Tells nodes that run different things from each other: the same for all nodes
		 * with the same code.
		 * @return up to 32 letters and digits
		 */
		String fingerprint();

		/**
		 * A node that can run whatever comes.
		 * @return the versions of such a node
		 */
		static Versions any() {
			return new Versions() {

				@Override
				public boolean canRun(String name, @Nullable String version) {
					return true;
				}

				@Override
				public String fingerprint() {
					return "any";
				}

			};
		}

	}

	/**
	 * A snapshot of the transport.
	 *
	 * @param kind what it is, such as {@code kafka}
	 * @param problem what is wrong; {@code null} if nothing is
	 * @param lag how many messages wait, by topic or queue; empty if unknown
	 * @param details more for an operator to see
	 */
	record Status(String kind, @Nullable String problem, Map<String, Long> lag, Map<String, Object> details) {

		public Status {
			lag = Map.copyOf(lag);
			details = Map.copyOf(details);
		}

	}

	/**
	 * Takes messages.
	 */
	interface Receiver {

		/**
		 * Processes messages to orchestrations. On return their consequence is durable,
		 * and they may be acknowledged. If it throws, all are delivered again, after a
		 * pause. The transport never calls it at the same time for messages to one
		 * instance, as long as no other node does.
		 * @param messages messages of one or more partitions, in their order
		 */
		void orchestrations(List<Message.ToOrchestration> messages);

		/**
		 * Takes activity calls; returns without waiting for any of them.
		 * @param deliveries the calls
		 */
		void activities(List<ActivityDelivery> deliveries);

		/**
		 * How many more activity calls this node wants. A transport delivers no more
		 * while it is zero or less, and asks again soon.
		 * @return the number, may be negative
		 */
		int activityCapacity();

		/**
		 * Takes a notice of any node. Returns without waiting for anything.
		 * @param notice the notice
		 */
		default void notice(Notices.Notice notice) {
		}

	}

	/**
	 * An activity call that awaits its acknowledgement.
	 */
	interface ActivityDelivery {

		/**
		 * The call.
		 * @return the message
		 */
		Message.ToActivity message();

		/**
		 * Whether it may have been delivered before.
		 * @return {@code false} only if it was certainly not
		 */
		boolean redelivered();

		/**
		 * When the call was sent, as far as the transport knows.
		 * @return the time, {@code null} if it does not know
		 */
		default @Nullable Instant sentAt() {
			return null;
		}

		/**
		 * Tells the transport that the call's consequence is durable. A call that is
		 * never acknowledged is delivered again, at the latest after a restart.
		 */
		void acknowledge();

	}

}
