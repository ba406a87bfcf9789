package io.durablespring.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.durablespring.Payload;
import io.durablespring.history.Message;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.test.StoreUnderTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Claims of the outbox are bounded by size, too: a row may have the messages of a whole
 * batch of steps.
 */
class ClaimSizeTests {

	private static final Instant T0 = Instant.parse("2026-11-25T12:00:00Z");

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void largeEntriesAreClaimedFewAtATimeAndNoneIsLeft(String platform) {
		StoreUnderTest store = TestDatabase.of(platform).store();
		for (int i = 0; i < 7; i++) {
			enqueue(store, i, (i == 3) ? 6_000_000 : 1_500_000);
		}
		List<List<String>> claims = new ArrayList<>();
		for (List<String> ids = claim(store); !ids.isEmpty(); ids = claim(store)) {
			claims.add(ids);
		}
		assertThat(claims).containsExactly(List.of("0", "1", "2"), List.of("3"), List.of("4", "5", "6"));
	}

	private static void enqueue(StoreUnderTest store, int number, int size) {
		store.store()
			.enqueue(new OutboxEntry(String.valueOf(number), T0.plusSeconds(number), null,
					List.of(new Message.ToActivity("m", "a", "x", 0, "copy", null,
							Payload.of("\"" + "x".repeat(size) + "\"")))),
					List.of(), () -> {
					});
	}

	private static List<String> claim(StoreUnderTest store) {
		return store.outbox()
			.claim(T0.plusSeconds(60), T0, T0.plusSeconds(60), 500)
			.stream()
			.map(OutboxEntry::id)
			.toList();
	}

}
