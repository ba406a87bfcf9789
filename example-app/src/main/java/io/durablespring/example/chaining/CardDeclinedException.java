package io.durablespring.example.chaining;

/**
 * The bank does not pay, however often it is asked.
 */
final class CardDeclinedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	CardDeclinedException(int price, int limit) {
		super("The card is declined: %d is more than its limit of %d".formatted(price, limit));
	}

}
