package io.durablespring.example.docs;

import java.util.Map;

import io.durablespring.FailureDetails.HasProperties;
import io.durablespring.FailureDetails.NonRetryable;

/**
 * The bank takes no money from a card, today or tomorrow.
 */
// tag::exception[]
class CardBlockedException extends RuntimeException implements NonRetryable, HasProperties {

	private static final long serialVersionUID = 1L;

	private final String code;

	CardBlockedException(String code) {
		super("The card is blocked, code " + code);
		this.code = code;
	}

	@Override
	public Map<String, String> failureProperties() {
		return Map.of("code", this.code);
	}

}
// end::exception[]
