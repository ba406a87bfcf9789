package io.durablespring.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must come of orders, calculated from the orders alone. Written from what the kinds
 * are to do, without any code of theirs.
 */
final class Expectation {

	/** Steps that are booked, each once. */
	final Set<String> bookings = new HashSet<>();

	/** Steps that are booked once or not at all, as the moment decides. */
	final Set<String> perhapsBooked = new HashSet<>();

	/** Steps that are posted, each at least once. */
	final Set<String> letters = new HashSet<>();

	/** The instances, sub-orchestrations included, and their output as JSON. */
	final Map<String, String> outputs = new HashMap<>();

	/** The instances that are terminated. */
	final Set<String> terminated = new HashSet<>();

	/** The instances that are terminated, or were never there. */
	final Set<String> perhapsTerminated = new HashSet<>();

	/** What must be in the history of an instance besides. */
	final Map<String, List<String>> events = new HashMap<>();

	private String id = "";

	private int size;

	private int number;

	/**
	 * What must come of one order more.
	 * @param signals the numbers of its signals
	 */
	void add(String kind, String order, int orderSize, int orderNumber, List<Integer> signals) {
		this.id = order;
		this.size = orderSize;
		this.number = orderNumber;
		if (kind.equals("recalled")) {
			recalled();
		}
		else {
			this.outputs.put(order, output(kind, signals.stream().mapToInt(Integer::intValue).sum()));
		}
	}

	private String output(String kind, int signals) {
		return switch (kind) {
			case "sequence" -> Integer.toString(sequence(this.id, this.size, this.number));
			case "fanOut" -> Integer.toString(fanOut());
			case "reminder" -> Integer.toString(reminder());
			case "approval" -> Integer.toString(booked(this.id, 0, signals));
			case "slow" -> Integer.toString(slow());
			case "family" -> Integer.toString(family());
			case "stubborn" -> Integer.toString(posted(this.id, 1, booked(this.id, 0, this.number)));
			case "refund" -> Integer.toString(booked(this.id, 2, booked(this.id, 0, this.number)));
			case "archive" -> '"' + ("PAGE " + this.number + ". ").repeat(this.size * 500) + '"';
			case "eternal" -> Integer.toString(eternal());
			case "counter", "basket" -> Integer.toString(booked(this.id, 0, this.number + signals));
			case "paused" -> Integer.toString(paused(signals));
			case "repaired" -> Integer.toString(repaired());
			default -> throw new IllegalArgumentException("Nothing is known of orders of kind " + kind);
		};
	}

	private int sequence(String order, int steps, int first) {
		int value = first;
		for (int step = 0; step < steps; step++) {
			value = booked(order, step, value);
		}
		return value;
	}

	private int eternal() {
		int value = this.number;
		for (int step = this.size; step >= 1; step--) {
			value = booked(this.id, step, value);
		}
		return value;
	}

	private int fanOut() {
		int sum = 0;
		for (int step = 0; step < this.size * 2; step += 2) {
			sum += booked(this.id, step, this.number + step) + posted(this.id, step + 1, this.number + step + 1);
		}
		return sum;
	}

	private int slow() {
		int sum = 0;
		for (int step = 0; step < this.size; step++) {
			sum += booked(this.id, step, this.number + step);
		}
		return sum;
	}

	private int reminder() {
		int value = this.number;
		for (int step = 0; step < this.size; step++) {
			value = posted(this.id, step, value);
		}
		return value;
	}

	private int family() {
		List<Integer> all = new ArrayList<>();
		for (int child = 0; child < this.size; child++) {
			String childId = this.id + "-child" + child;
			int value = sequence(childId, 2, this.number + child);
			this.outputs.put(childId, Integer.toString(value));
			all.add(value);
		}
		return all.stream().mapToInt(Integer::intValue).sum();
	}

	private void recalled() {
		this.terminated.add(this.id);
		this.perhapsBooked.add(this.id + "/0");
		for (int child = 0; child < this.size; child++) {
			String childId = this.id + "-child" + child;
			this.perhapsTerminated.add(childId);
			this.perhapsBooked.add(childId + "/0");
		}
	}

	private int paused(int signal) {
		this.events.put(this.id, List.of("ExecutionSuspended", "ExecutionResumed"));
		return booked(this.id, this.size, signal + sequence(this.id, this.size, this.number));
	}

	private int repaired() {
		this.events.put(this.id, List.of("ExecutionRewound"));
		int value = sequence(this.id, this.size, this.number);
		if (this.size % 2 == 1) {
			String childId = this.id + "-child0";
			value = sequence(childId, 2, value);
			this.outputs.put(childId, Integer.toString(value));
		}
		else {
			value = booked(this.id, this.size, value);
		}
		return booked(this.id, this.size + 1, value);
	}

	private int booked(String order, int step, int value) {
		this.bookings.add(order + "/" + step);
		return 1 + 3 * value % 10_007;
	}

	private int posted(String order, int step, int value) {
		this.letters.add(order + "/" + step);
		return 2 + 5 * value % 10_007;
	}

}
