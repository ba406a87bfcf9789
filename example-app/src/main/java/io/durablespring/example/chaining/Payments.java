package io.durablespring.example.chaining;

import io.durablespring.Activity;
import io.durablespring.Retry;

import org.springframework.stereotype.Component;

/**
 * Stands for a bank.
 */
@Component
class Payments {

	private static final int LIMIT = 1_000;

	// tag::charge[]
	@Activity(value = "ChargeCard", retry = @Retry(maxAttempts = 5, firstRetryInterval = "1s", backoffCoefficient = 2,
			nonRetryable = CardDeclinedException.class))
	String charge(Order order) {
		if (order.price() > LIMIT) {
			throw new CardDeclinedException(order.price(), LIMIT);
		}
		// The bank knows the payment by this number, and takes the money once.
		return "payment-" + order.id();
	}
	// end::charge[]

}
