package io.durablespring.engine;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.programs.Program;
import io.durablespring.programs.ProgramArbitraries;
import io.durablespring.programs.SeedAndTries;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random programs on the engine, in a world that disturbs them. A failure prints its
 * seed; {@link SeedAndTries} says how to repeat it.
 */
@AddLifecycleHook(SeedAndTries.class)
class RandomProgramTests {

	@Property(tries = 400)
	void aDisturbedRunEndsAsAnUndisturbedOne(@ForAll("programs") Program program, @ForAll long seed,
			@ForAll("troubles") Set<Trouble> troubles) {
		assertThat(run(program, seed, troubles)).isEqualTo(run(program, 0, Set.of()));
	}

	private static Map<String, List<String>> run(Program program, long seed, Set<Trouble> troubles) {
		EngineWorld world = new EngineWorld(program, seed, troubles);
		try {
			return world.run();
		}
		finally {
			world.close();
		}
	}

	@Provide
	Arbitrary<Program> programs() {
		return ProgramArbitraries.programs();
	}

	@Provide
	Arbitrary<Set<Trouble>> troubles() {
		return Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.just(EnumSet.allOf(Trouble.class))),
				Tuple.of(1, Arbitraries.of(Trouble.class).set()));
	}

}
