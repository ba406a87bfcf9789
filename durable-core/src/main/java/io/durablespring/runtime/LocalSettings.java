package io.durablespring.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How local calls run.
 *
 * @param threads runs each task on a thread of its own
 * @param patience how long a batch waits for calls before it goes on without them
 * @param longest how long a batch goes on with local calls before others have their turn
 * @param share how much longer for each of its instances
 */
record LocalSettings(Executor threads, Duration patience, Duration longest, Duration share) {

	static LocalSettings defaults(Executor threads) {
		return new LocalSettings(threads, Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMillis(5));
	}

}
