package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.durablespring.history.Message;

/**
 * Keeps messages until they are acknowledged, and says who gets which.
 */
final class SimulatedBroker {

	private static final int MAX_BATCH = 8;

	final List<Parcel> orchestrations = new ArrayList<>();

	final List<Parcel> calls = new ArrayList<>();

	/** Answers to nodes that have not been given yet. */
	final List<Answer> answers = new ArrayList<>();

	private final Map<String, Integer> owners = new HashMap<>();

	private final Dice dice;

	SimulatedBroker(Dice dice) {
		this.dice = dice;
	}

	boolean isEmpty() {
		return this.orchestrations.isEmpty() && this.calls.isEmpty() && this.answers.isEmpty();
	}

	void take(List<? extends Message> messages, boolean resent) {
		for (Message message : AsStored.of(messages)) {
			if (message instanceof Message.ToActivity) {
				this.calls.add(new Parcel(message, resent));
			}
			else {
				this.orchestrations.add(new Parcel(message, resent));
			}
		}
	}

	/** Which of a number of nodes the messages to an instance go to. */
	int owner(String instanceId, int nodes) {
		if (this.dice.happens(Fault.REBALANCE, 15)) {
			this.owners.clear();
		}
		return this.owners.computeIfAbsent(instanceId,
				(id) -> this.dice.knows(Fault.REBALANCE) ? this.dice.below(nodes) : 0) % nodes;
	}

	/** Some messages of instances that one node has. */
	List<Parcel> batch(List<Parcel> available) {
		if (!this.dice.knows(Fault.REORDERING)) {
			return List.copyOf(available);
		}
		List<Parcel> batch = new ArrayList<>(available);
		Collections.shuffle(batch, this.dice.random());
		return List.copyOf(batch.subList(0, Math.min(batch.size(), 1 + this.dice.below(MAX_BATCH))));
	}

	/** The receiver is done; what is delivered again comes later. */
	void acknowledge(List<Parcel> batch) {
		for (Parcel parcel : batch) {
			if (this.dice.happens(Fault.DUPLICATION, 15)) {
				parcel.redelivered = true;
			}
			else {
				this.orchestrations.remove(parcel);
			}
		}
	}

	/** A node is gone: what it had is delivered to others, and it gets no answer. */
	void forget(SimulatedNode node) {
		this.answers.removeIf((answer) -> answer.node == node);
		for (Parcel call : this.calls) {
			if (call.holder == node) {
				call.holder = null;
				call.redelivered = true;
			}
		}
	}

	List<Parcel> free(List<Parcel> parcels) {
		return parcels.stream().filter((parcel) -> parcel.holder == null).collect(Collectors.toList());
	}

	/** A message on its way. */
	static final class Parcel {

		final Message message;

		boolean redelivered;

		SimulatedNode holder;

		Parcel(Message message, boolean redelivered) {
			this.message = message;
			this.redelivered = redelivered;
		}

	}

	/** An answer to a node. */
	record Answer(SimulatedNode node, CompletableFuture<Void> stage) {
	}

}
