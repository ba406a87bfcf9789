package io.durablespring.programs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A program with all programs in it, and what the world must do for them to come to their
 * end.
 */
public final class ProgramBook {

	private final Map<String, Program> programs = new HashMap<>();

	private final Set<String> doomed = new HashSet<>();

	private final Set<String> vague = new HashSet<>();

	/**
	 * Creates a book.
	 * @param program the outermost program
	 */
	public ProgramBook(Program program) {
		add(Place.ROOT.key(), program, false);
	}

	private void add(String key, Program program, boolean retried) {
		this.programs.put(key, program);
		for (Program.Placed placed : program.placed()) {
			String innerKey = key + "/" + placed.at();
			Program inner = placed.step().program();
			if (inner != null) {
				add(innerKey, inner,
						retried || placed.step() instanceof Step.Child child && child.retry().attempts() > 1);
			}
			if (placed.step() instanceof Step.Doomed) {
				this.doomed.add(innerKey);
				this.vague.add(innerKey);
			}
			if (placed.alone() && retried) {
				// Those that two attempts leave alone share the outcomes of their work.
				this.vague.add(innerKey);
			}
		}
	}

	Program program(String key) {
		return Objects.requireNonNull(this.programs.get(key), key);
	}

	/**
	 * The events that an instance waits for, all with payloads of their own.
	 * @param place what the instance runs
	 * @return name and payload of each event
	 */
	public List<Map.Entry<String, String>> events(Place place) {
		List<Map.Entry<String, String>> events = new ArrayList<>();
		for (Program.Placed placed : program(place.key()).placed()) {
			String name = (placed.step() instanceof Step.Wait wait) ? wait.event()
					: (placed.step() instanceof Step.Mistyped) ? Step.Mistyped.EVENT : null;
			for (int i = 0; name != null && i < placed.times(); i++) {
				events.add(Map.entry(name, name + events.size()));
			}
		}
		return events;
	}

	/**
	 * Whether an instance must be terminated.
	 * @param place what the instance runs
	 * @return whether nothing else ends it
	 */
	public boolean isDoomed(Place place) {
		return this.doomed.contains(place.key());
	}

	/**
	 * Whether how an instance ends depends on when it is terminated, or on another one
	 * that runs at the same time.
	 * @param place what the instance runs
	 * @return whether that is so of it, or of what started it
	 */
	public boolean isVague(Place place) {
		return this.vague.stream().anyMatch((key) -> place.key().equals(key) || place.key().startsWith(key + "/"));
	}

}
