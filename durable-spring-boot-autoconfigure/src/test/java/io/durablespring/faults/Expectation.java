package io.durablespring.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must come of an order, calculated from the order alone. Written from what the
 * kinds are to do, without any code of theirs.
 */
final class Expectation {

	/** Steps that are booked, each once. */
	final Set<String> bookings = new HashSet<>();

	/** Steps that are posted, each at least once. */
	final Set<String> letters = new HashSet<>();

	/** The instances, sub-orchestrations included, and their output as JSON. */
	final Map<String, String> outputs = new HashMap<>();

	private final String id;

	private final int size;

	private final int number;

	private Expectation(String id, int size, int number) {
		this.id = id;
		this.size = size;
		this.number = number;
	}

	/**
	 * What must come of an order.
	 * @param signals the numbers of its signals
	 */
	static Expectation of(String kind, String id, int size, int number, List<Integer> signals) {
		Expectation expectation = new Expectation(id, size, number);
		expectation.outputs.put(id, expectation.output(kind, signals.stream().mapToInt(Integer::intValue).sum()));
		return expectation;
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
			case "counter" -> Integer.toString(booked(this.id, 0, this.number + signals));
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

	private int booked(String order, int step, int value) {
		this.bookings.add(order + "/" + step);
		return 1 + 3 * value % 10_007;
	}

	private int posted(String order, int step, int value) {
		this.letters.add(order + "/" + step);
		return 2 + 5 * value % 10_007;
	}

}
