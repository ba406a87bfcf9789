package io.durablespring.programs;

/**
 * The input of the activity that programs call.
 *
 * @param label tells the call from others; the same in every run
 * @param failures how many attempts fail
 * @param size the length of the result
 * @param seen a digest of all that the orchestrator has seen before, so that a replay
 * that sees something else is found out
 */
public record Work(String label, int failures, int size, String seen) {

	/** The name of the activity. */
	public static final String NAME = "work";

	/**
	 * Reads an input.
	 * @param input what the activity got
	 * @return the work
	 */
	public static Work parse(String input) {
		String[] parts = input.split("\\|", -1);
		return new Work(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), parts[3]);
	}

	String input() {
		return this.label + "|" + this.failures + "|" + this.size + "|" + this.seen;
	}

	/**
	 * Does the work.
	 * @param attempt which attempt it is, from 1, however often each is made
	 * @return the result
	 */
	public String run(int attempt) {
		if (attempt <= this.failures) {
			throw new Refusal(this.label);
		}
		return "x".repeat(this.size);
	}

	/** How work fails. */
	public static final class Refusal extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Refusal(String label) {
			super("no " + label);
		}

	}

}
