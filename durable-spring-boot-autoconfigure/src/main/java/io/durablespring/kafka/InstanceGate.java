package io.durablespring.kafka;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import io.durablespring.history.Message;

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
	 * Delivers messages when nobody else delivers any for their instances.
	 * @param messages the messages
	 * @param delivery what to do; its exceptions go to the caller
	 */
	void pass(List<Message.ToOrchestration> messages, Runnable delivery) {
		Set<String> instances = messages.stream().map(Message::instanceId).collect(Collectors.toSet());
		enter(instances);
		try {
			delivery.run();
		}
		finally {
			leave(instances);
		}
	}

	// All or none: who waits holds nothing that another could wait for.
	private void enter(Set<String> instances) {
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

	private void leave(Set<String> instances) {
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
