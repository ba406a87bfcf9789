package io.durablespring.spi;

import java.util.Map;
import java.util.Set;

import io.durablespring.InstanceStatus;

/**
 * What nodes of a task hub tell each other beside messages, so that nobody has to look
 * again and again. Every node that receives gets each notice, its sender included, within
 * milliseconds as a rule, but one may get lost: nothing but speed may depend on it.
 * Thread-safe.
 */
public interface Notices {

	/**
	 * Tells every node. May wait for a broker for a while. Does not throw if the notice
	 * is lost.
	 * @param notice what to tell
	 */
	void send(Notice notice);

	/**
	 * Whether it is this node that takes the messages to an instance, as far as it knows.
	 * @param instanceId the instance
	 * @return {@code false} if others may have to be asked about the instance
	 */
	boolean isTakenHere(String instanceId);

	/**
	 * What a node tells.
	 *
	 * @param sender the node, by a name that no other one has
	 * @param awaited ids of instances that somebody waits for on that node
	 * @param changed instances that have begun to run or ended on that node, by id, and
	 * what they were from then on
	 */
	record Notice(String sender, Set<String> awaited, Map<String, InstanceStatus> changed) {

		public Notice {
			awaited = Set.copyOf(awaited);
			changed = Map.copyOf(changed);
		}

	}

}
