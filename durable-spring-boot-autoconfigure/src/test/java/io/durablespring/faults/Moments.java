package io.durablespring.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Random moments and choices, from a seed that is printed and can be given:
 * {@code -Dfaults.seed=..} repeats the choices, though never the interleaving.
 */
final class Moments {

	private final Random random;

	private Moments(long seed) {
		this.random = new Random(seed);
	}

	static Moments of(String scenario) {
		long seed = Long.getLong("faults.seed", System.nanoTime());
		PrintStream out = System.out;
		out.printf("%s: faults.seed=%d%n", scenario, seed);
		return new Moments(seed);
	}

	/** Lets some time pass. */
	void pass(Duration least, Duration most) {
		pass(least.plusMillis(this.random.nextLong(most.minus(least).toMillis() + 1)));
	}

	static void pass(Duration time) {
		CompletableFuture.runAsync(() -> {
		}, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)).join();
	}

	synchronized int below(int bound) {
		return this.random.nextInt(bound);
	}

	<T> T oneOf(List<T> all) {
		return all.get(below(all.size()));
	}

	synchronized boolean withChance(double chance) {
		return this.random.nextDouble() < chance;
	}

}
