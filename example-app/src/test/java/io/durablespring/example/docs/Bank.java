package io.durablespring.example.docs;

import io.durablespring.Activity;
import io.durablespring.Retry;

/**
 * Stands for a bank.
 */
class Bank {

	/** Customers whose names begin like this have a card that is blocked. */
	static final String BLOCKED = "blocked";

	private int calls;

	// tag::annotation[]
	@Activity(value = "Charge", retry = @Retry(maxAttempts = 5, firstRetryInterval = "1s", backoffCoefficient = 2,
			maxRetryInterval = "1m", jitter = 0.2, nonRetryable = CardBlockedException.class))
	String charge(Order order) {
		// ...
		// end::annotation[]
		if (order.customer().startsWith(BLOCKED)) {
			throw new CardBlockedException("43");
		}
		return "payment-" + order.id();
		// tag::annotation[]
	}
	// end::annotation[]

	@Activity("Refund")
	void refund(String payment) {
	}

	/** Fails twice. */
	@Activity("Balance")
	int balance(String customer) {
		if (++this.calls % 3 != 0) {
			throw new IllegalStateException("The bank is closed");
		}
		return customer.length();
	}

}
