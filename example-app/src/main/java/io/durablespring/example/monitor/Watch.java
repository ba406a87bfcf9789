package io.durablespring.example.monitor;

import java.time.Duration;
import java.time.Instant;

// tag::watch[]
/**
 * What to watch, and how far the watch is.
 *
 * @param url the address that is to answer
 * @param interval the time between two looks
 * @param until when to give up
 * @param looks how many looks there have been
 */
record Watch(String url, Duration interval, Instant until, int looks) {

	static Watch begin(String url, Duration interval, Instant until) {
		return new Watch(url, interval, until, 0);
	}

	Watch lookedAgain() {
		return new Watch(this.url, this.interval, this.until, this.looks + 1);
	}

}
// end::watch[]
