package io.durablespring;

import java.util.Map;
import java.util.Optional;

/**
 * What an activity can know of the call that it runs for. Injectable as a bean; its
 * methods answer for the activity that runs on the calling thread.
 * <p>
 * Every method throws an {@link IllegalStateException} on a thread that runs no activity,
 * such as one that an activity has started.
 */
public interface ActivityContext {

	/**
	 * The instance that made the call.
	 * @return the instance id
	 */
	String instanceId();

	/**
	 * The activity's name.
	 * @return the name it is registered under
	 */
	String name();

	/**
	 * Which attempt of the call this is. A call that is delivered again keeps its number.
	 * @return the number, from 1
	 */
	int attempt();

	/**
	 * Tells a call from all others, for services that keep a request with a known key
	 * from being done twice. The same on every delivery and for every attempt of a call,
	 * also after a rewind; another one for a call of a later execution.
	 * @return the key, at most 150 letters, digits, hyphens and the characters
	 * {@code ~ . :}
	 */
	String idempotencyKey();

	/**
	 * Says that the activity is alive, and asks whether its outcome is still wanted; that
	 * at most once a second, so call it as often as you like. If the store is away, the
	 * next heartbeat asks.
	 */
	void heartbeat();

	/**
	 * A {@link #heartbeat()} that also keeps how far the activity has come, at most once
	 * a second, for whoever goes on when this node dies or the call is tried again.
	 * @param progress any value that can be serialised
	 * @throws PayloadException if it cannot
	 */
	void heartbeat(Object progress);

	/**
	 * How far the call had come when its progress was last kept, be it in an earlier
	 * attempt or on another node.
	 * @param <T> the type of the progress
	 * @param type the type of the progress
	 * @return the value; empty if none was kept
	 * @throws PayloadException if what was kept is something else
	 * @throws StoreUnavailableException if it cannot be read now
	 */
	<T> Optional<T> progress(Class<T> type);

	/**
	 * Whether the outcome is not wanted any more, as of the last {@link #heartbeat()}:
	 * the instance has ended, was replaced or purged, or has continued as new; or the
	 * call has timed out. An activity that sees it may return or throw as it likes.
	 * @return whether it should stop
	 */
	boolean isCancellationRequested();

	/**
	 * The labels of the instance that made the call.
	 * @return the labels given at start, a parent's included
	 */
	Map<String, String> tags();

}
