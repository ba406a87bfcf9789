package io.durablespring.programs;

import org.jspecify.annotations.Nullable;

/**
 * The input of an orchestrator that runs a program.
 *
 * @param key finds the program in its {@link ProgramBook}
 * @param label tells one use of the program from others; the same in every run
 * @param replyTo the instance that waits for an event with the outcome; {@code null} for
 * none
 * @param round which round it is, from 0
 * @param done what the rounds before have seen
 * @param received the events that the rounds before have received
 */
public record Place(String key, String label, @Nullable String replyTo, int round, String done, String received) {

	/** Where the outermost program starts. */
	public static final Place ROOT = new Place("", "root", null, 0, "", "");

	/**
	 * Reads an input.
	 * @param input what an orchestrator got
	 * @return the place
	 */
	public static Place parse(String input) {
		String[] parts = input.split("\\|", -1);
		return new Place(parts[0], parts[1], parts[2].isEmpty() ? null : parts[2], Integer.parseInt(parts[3]), parts[4],
				parts[5]);
	}

	/**
	 * The place as an input.
	 * @return the text that {@link #parse} reads
	 */
	public String input() {
		return String.join("|", this.key, this.label, (this.replyTo != null) ? this.replyTo : "",
				Integer.toString(this.round), this.done, this.received);
	}

	String label(String at) {
		return this.label + "-" + this.round + "." + at;
	}

	Place of(String at, @Nullable String reply) {
		return new Place(this.key + "/" + at, label(at), reply, 0, "", "");
	}

	Place next(String nowDone, String nowReceived) {
		return new Place(this.key, this.label, this.replyTo, this.round + 1, nowDone, nowReceived);
	}

}
