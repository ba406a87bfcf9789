package io.durablespring.kafka;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a node's consumers deliver one batch at a time for each instance: its messages
 * come in the orchestrations topic and in that of versions, which have consumers of their
 * own. Thread-safe.
 */
final class InstanceGate {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition left = this.lock.newCondition();

	private final Set<String> inside = new HashSet<>();

	/**
	 * Waits until nobody else delivers any messages for instances. All or none: who waits
	 * holds nothing that another could wait for.
	 */
	void enter(Set<String> instances) {
		this.lock.lock();
		try {
			while (!Collections.disjoint(this.inside, instances)) {
				this.left.awaitUninterruptibly();
			}
			this.inside.addAll(instances);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether nothing is being delivered. */
	boolean isEmpty() {
		this.lock.lock();
		try {
			return this.inside.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets others in. */
	void leave(Set<String> instances) {
		this.lock.lock();
		try {
			this.inside.removeAll(instances);
			this.left.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
