package planted.engine;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * Breaks a rule: time is an argument of the engine.
 */
final class RefersToClock {

	final Supplier<Instant> time = Instant::now;

}
