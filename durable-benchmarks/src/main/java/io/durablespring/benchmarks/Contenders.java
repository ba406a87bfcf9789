package io.durablespring.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * All systems by name, ours first.
 */
final class Contenders {

	static final String OURS = "durable-spring";

	/** Another configuration of ours, measured if it is asked for by name. */
	private static final String SHARE = "durable-spring-share";

	private static final Map<String, Opening> ALL = new LinkedHashMap<>();

	static {
		ALL.put(OURS, DurableSpring::new);
		ALL.put(SHARE,
				(settings, steps) -> new DurableSpring(settings, steps, SHARE, "durable.kafka.activities.mode=share"));
		ALL.put("dbos", Dbos::new);
		ALL.put("temporal", (settings, steps) -> new Temporal(steps));
		ALL.put("db-scheduler", DbScheduler::new);
		ALL.put("restate", Restate::new);
		ALL.put("ceiling", Ceiling::new);
	}

	private Contenders() {
	}

	/** Those that are measured unless others are asked for. */
	static List<String> names() {
		return ALL.keySet().stream().filter((name) -> !name.equals(SHARE)).toList();
	}

	/** Why a system cannot be had here; {@code null} if it can. */
	static @Nullable String missing(String name) {
		return (name.equals("restate") && System.getenv(Restate.VARIABLE) == null)
				? "its server is no library: say where it is by the environment variable " + Restate.VARIABLE : null;
	}

	static Contender open(String name, Settings settings, LongAdder steps) throws Exception {
		Opening opening = ALL.get(name);
		if (opening == null) {
			throw new IllegalArgumentException("No system '" + name + "'; there are " + ALL.keySet());
		}
		return opening.open(settings, steps);
	}

	@FunctionalInterface
	private interface Opening {

		Contender open(Settings settings, LongAdder steps) throws Exception;

	}

}
