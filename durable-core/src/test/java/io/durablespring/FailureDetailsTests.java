package io.durablespring;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept of exceptions: enough to mend what is wrong, and never more than a broker
 * takes.
 */
class FailureDetailsTests {

	@Test
	void ofTheCausesOfATaskThatFailedElsewhereTheirsAreKept() {
		FailureDetails remote = FailureDetails.of(new IllegalStateException("deep", new Exception("deeper")), true);
		FailureDetails details = FailureDetails.of(new RuntimeException("here", failed(remote)), true);
		assertThat(chain(details)).extracting(FailureDetails::message)
			.containsExactly("here", failed(remote).getMessage(), "deep", "deeper");
	}

	@Test
	void theInnermostTraceAndTheOutermostAreKept() {
		FailureDetails details = FailureDetails.of(new IllegalStateException("origin"), true);
		for (int i = 0; i < 3; i++) {
			details = FailureDetails.of(failed(details), true);
		}
		assertThat(chain(details)).extracting((failure) -> failure.stackTrace() != null)
			.containsExactly(true, false, false, true);
		assertThat(chain(details).get(3).stackTrace()).contains("IllegalStateException: origin");
	}

	@Test
	void ofManyCausesTheMiddleIsLeftOut() {
		FailureDetails details = FailureDetails.of(new IllegalStateException("origin"), false);
		for (int i = 0; i < 100; i++) {
			details = FailureDetails.of(failed(details), false);
		}
		List<FailureDetails> chain = chain(details);
		assertThat(chain).hasSize(17);
		assertThat(chain.get(16).message()).isEqualTo("origin");
	}

	@Test
	void causesInACircleComeToAnEnd() {
		Exception one = new Exception("one");
		Exception two = new Exception("two", one);
		one.initCause(two);
		assertThat(chain(FailureDetails.of(one, false))).hasSize(17);
	}

	@Test
	void noFailureIsTooLargeForABroker() {
		String text = "\u4e2d".repeat(100_000);
		Map<String, String> properties = new TreeMap<>();
		for (int i = 0; i < 1000; i++) {
			properties.put("name" + i, text);
		}
		FailureDetails details = new FailureDetails("type", text, text, false, null, properties);
		for (int i = 0; i < 40; i++) {
			details = FailureDetails.of(new Talkative(text, properties, failed(details)), true);
		}
		int characters = chain(details).stream().mapToInt(FailureDetailsTests::characters).sum();
		assertThat(characters).isLessThan(300_000);
	}

	@Test
	void longPropertiesAreShortened() {
		FailureDetails details = FailureDetails
			.of(new Talkative("text", Map.of("code", "7", "body", "x".repeat(2_000_000)), null), false);
		assertThat(details.properties()).isEqualTo(Map.of("code", "7", "body", "x".repeat(1_000) + "..."));
	}

	private static TaskFailedException failed(FailureDetails failure) {
		return new TaskFailedException("child", 0, failure);
	}

	private static List<FailureDetails> chain(FailureDetails details) {
		List<FailureDetails> chain = new ArrayList<>();
		for (FailureDetails next = details; next != null; next = next.cause()) {
			chain.add(next);
		}
		return chain;
	}

	private static int characters(FailureDetails details) {
		int properties = details.properties()
			.entrySet()
			.stream()
			.mapToInt((entry) -> entry.getKey().length() + entry.getValue().length())
			.sum();
		return details.message().length() + ((details.stackTrace() != null) ? details.stackTrace().length() : 0)
				+ properties;
	}

	@Test
	void propertiesThatCannotBeReadAreNoneAtAll() {
		assertThat(FailureDetails.of(new Broken(), false).properties()).isEmpty();
	}

	private static final class Broken extends Exception implements FailureDetails.HasProperties {

		@Override
		public Map<String, String> failureProperties() {
			return new AbstractMap<>() {

				@Override
				public Set<Entry<String, String>> entrySet() {
					throw new IllegalStateException("lazily loaded, and too late");
				}

			};
		}

	}

	private static final class Talkative extends Exception implements FailureDetails.HasProperties {

		private final transient Map<String, String> properties;

		Talkative(String message, Map<String, String> properties, Throwable cause) {
			super(message, cause);
			this.properties = properties;
		}

		@Override
		public Map<String, String> failureProperties() {
			return this.properties;
		}

	}

}
