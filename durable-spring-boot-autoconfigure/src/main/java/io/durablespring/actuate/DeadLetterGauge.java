package io.durablespring.actuate;

import java.time.Duration;
import java.util.function.LongSupplier;

import io.durablespring.spi.Transport;

/**
 * How many dead letters wait, asked for at most every few seconds, however many
 * registries want to know. Thread-safe.
 */
final class DeadLetterGauge {

	private static final Duration KNOWN_FOR = Duration.ofSeconds(10);

	private final Transport transport;

	private final LongSupplier nanoTime;

	private double value = Double.NaN;

	private long askAt;

	/**
	 * Creates the gauge.
	 * @param transport what has put things aside
	 * @param nanoTime the time, as that of {@link System#nanoTime()}
	 */
	DeadLetterGauge(Transport transport, LongSupplier nanoTime) {
		this.transport = transport;
		this.nanoTime = nanoTime;
		this.askAt = nanoTime.getAsLong();
	}

	/**
	 * The number.
	 * @return not a number if the transport cannot tell
	 */
	synchronized double value() {
		if (this.nanoTime.getAsLong() - this.askAt >= 0) {
			this.value = ask();
			// From here, for the question may have taken a while.
			this.askAt = this.nanoTime.getAsLong() + KNOWN_FOR.toNanos();
		}
		return this.value;
	}

	private double ask() {
		try {
			return this.transport.deadLetters().count();
		}
		catch (RuntimeException ex) {
			// Every registry knows that as "unknown"; what is wrong is in the health.
			return Double.NaN;
		}
	}

}
