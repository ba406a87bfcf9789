package io.durablespring.faults;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.Retry;
import io.durablespring.faults.Ledger.Item;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Activities without a transaction: each statement commits by itself, so that a letter is
 * posted at least once.
 */
@Component
class Mail {

	private final JdbcTemplate jdbc;

	private final ActivityContext call;

	Mail(JdbcTemplate jdbc, ActivityContext call) {
		this.jdbc = jdbc;
		this.call = call;
	}

	@Activity(retry = @Retry(maxAttempts = 1000, firstRetryInterval = "100ms", backoffCoefficient = 2,
			maxRetryInterval = "2s"))
	int post(Item item) {
		this.jdbc.update("insert into workload_letter (step, call_key) values (?, ?)", item.step(),
				this.call.idempotencyKey());
		if (this.call.attempt() <= item.failures()) {
			throw new IllegalStateException("not at the first attempts");
		}
		return (item.number() * 5) % 10_007 + 2;
	}

	/** Returns what is too large for a message. */
	@Activity(retry = @Retry(maxAttempts = 1000, firstRetryInterval = "100ms", backoffCoefficient = 2,
			maxRetryInterval = "2s"))
	String copy(String text) {
		return text.toUpperCase();
	}

}
