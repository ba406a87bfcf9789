package io.durablespring.runtime;

import java.util.EnumSet;
import java.util.Set;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.durablespring.programs.Program;
import io.durablespring.programs.ProgramArbitraries;
import io.durablespring.programs.SeedAndTries;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random programs on several nodes, which die, overtake each other and lose their store
 * and broker. A failure prints its seed; {@link SeedAndTries} says how to repeat it.
 */
@AddLifecycleHook(SeedAndTries.class)
class RandomProgramOnNodesTests {

	private static final Logger NODES = (Logger) LoggerFactory.getLogger("io.durablespring.runtime");

	@BeforeContainer
	static void keepQuiet() {
		NODES.setLevel(Level.OFF);
	}

	@AfterContainer
	static void speakAgain() {
		NODES.setLevel(null);
	}

	@Property(tries = 600)
	void aDisturbedRunEndsAsAnUndisturbedOne(@ForAll("programs") Program program,
			@ForAll("disturbances") Disturbance disturbance) {
		assertThat(run(program, disturbance).outcomes()).isEqualTo(run(program, Disturbance.NONE).outcomes());
	}

	@Property(tries = 20)
	void aRunIsTheSameAgainForItsSeed(@ForAll("programs") Program program,
			@ForAll("disturbances") Disturbance disturbance) {
		assertThat(run(program, disturbance).log()).isEqualTo(run(program, disturbance).log());
	}

	private static SimulatedHub run(Program program, Disturbance disturbance) {
		SimulatedHub hub = new SimulatedHub(program, disturbance);
		try {
			hub.run();
			new HubRules(hub.memory).check(hub);
			return hub;
		}
		finally {
			hub.close();
		}
	}

	@Provide
	Arbitrary<Program> programs() {
		return ProgramArbitraries.programs();
	}

	@Provide
	Arbitrary<Disturbance> disturbances() {
		Arbitrary<Set<Fault>> faults = Arbitraries.frequencyOf(
				Tuple.of(2, Arbitraries.just(EnumSet.allOf(Fault.class))),
				Tuple.of(1, Arbitraries.of(Fault.class).set()));
		return Combinators
			.combine(Arbitraries.longs(), Arbitraries.of(1, 2, 3), Arbitraries.of(0, 1, 2, 1000),
					Arbitraries.of(30, 150, 100_000), faults)
			.as(Disturbance::new);
	}

}
