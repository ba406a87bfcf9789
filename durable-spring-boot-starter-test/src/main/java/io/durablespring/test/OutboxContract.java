package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import io.durablespring.Payload;
import io.durablespring.history.Message;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.call;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.timerFired;
import static io.durablespring.test.StoreSamples.together;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Outbox} must do. A subclass says which store to check.
 *
 * @see OrchestrationStoreContract
 */
public abstract class OutboxContract extends StoreContract {

	private static final Instant MINUTE = T0.plusSeconds(60);

	@Test
	void claimReturnsWhatIsDueWithThoseDueFirstFirst() {
		enqueue(entry("third", T0.plusSeconds(3), null, timerFired("a", 3)));
		enqueue(entry("first", T0.plusNanos(1000), null, timerFired("a", 1), call("a", "x", 1)));
		enqueue(entry("second", T0.plusSeconds(2), null, timerFired("a", 2)));
		enqueue(entry("later", MINUTE, null, timerFired("a", 4)));
		assertThat(this.outbox.claim(MINUTE, T0, T0.plusSeconds(30), 10)).containsExactly(
				entry("first", T0.plusNanos(1000), T0.plusSeconds(30), timerFired("a", 1), call("a", "x", 1)),
				entry("second", T0.plusSeconds(2), T0.plusSeconds(30), timerFired("a", 2)),
				entry("third", T0.plusSeconds(3), T0.plusSeconds(30), timerFired("a", 3)));
	}

	@Test
	void claimReturnsNoMoreThanAskedFor() {
		IntStream.range(0, 5).forEach((i) -> enqueue(entry("e" + i, T0.plusSeconds(i), null, timerFired("a", i))));
		assertThat(claim(2)).containsExactly("e0", "e1");
		assertThat(claim(2)).containsExactly("e2", "e3");
		assertThat(claim(2)).containsExactly("e4");
		assertThat(claim(2)).isEmpty();
	}

	@Test
	void aClaimHoldsUntilItsEndHasPassed() {
		enqueue(entry("claimed", T0, MINUTE, timerFired("a", 1)));
		assertThat(this.outbox.claim(MINUTE, T0, MINUTE, 10)).isEmpty();
		assertThat(this.outbox.claim(MINUTE, MINUTE, MINUTE, 10)).isEmpty();
		assertThat(this.outbox.claim(MINUTE, MINUTE.plusNanos(1000), MINUTE.plusSeconds(9), 10)).hasSize(1);
		assertThat(this.outbox.claim(MINUTE, MINUTE.plusSeconds(9), MINUTE.plusSeconds(20), 10)).isEmpty();
	}

	@Test
	void anExtendedClaimHoldsLonger() {
		enqueue(entry("a", T0, MINUTE, timerFired("a", 1)));
		enqueue(entry("b", T0, MINUTE, timerFired("b", 1)));
		this.outbox.extend(List.of("a", "unknown"), MINUTE.plusSeconds(60));
		this.outbox.extend(List.of(), MINUTE.plusSeconds(60));
		assertThat(this.outbox.claim(MINUTE, MINUTE.plusSeconds(1), MINUTE, 10)).extracting(OutboxEntry::id)
			.containsExactly("b");
		assertThat(this.outbox.claim(MINUTE, MINUTE.plusSeconds(61), MINUTE, 10)).extracting(OutboxEntry::id)
			.containsExactly("a", "b");
	}

	@Test
	void removedEntriesAreGone() {
		IntStream.range(0, 4).forEach((i) -> enqueue(entry("e" + i, T0, null, timerFired("a", i))));
		this.outbox.remove(List.of("e1", "e3", "unknown"));
		this.outbox.remove(List.of());
		assertThat(claim(10)).containsExactly("e0", "e2");
	}

	@Test
	void ofSeveralClaimersExactlyOneGetsEachEntry() throws Exception {
		List<String> ids = IntStream.range(0, 200).mapToObj((i) -> "e" + i).toList();
		ids.forEach((id) -> enqueue(entry(id, T0, null, timerFired("a", 1))));
		List<List<String>> claimed = together(6, () -> {
			List<String> own = new ArrayList<>();
			// Others may hold the rows that are left for the moment: look once more.
			for (int misses = 0; misses < 20;) {
				List<String> more = claim(7);
				own.addAll(more);
				misses = more.isEmpty() ? misses + 1 : 0;
			}
			return own;
		});
		assertThat(claimed.stream().flatMap(List::stream).toList()).containsExactlyInAnyOrderElementsOf(ids);
	}

	@Test
	void oldestUnsentIsTheEntryDueForTheLongest() {
		assertThat(this.outbox.oldestUnsent(T0, Set.of())).isEmpty();
		enqueue(entry("future", MINUTE, null, timerFired("a", 1)));
		assertThat(this.outbox.oldestUnsent(T0, Set.of())).isEmpty();
		enqueue(entry("claimed", T0.minusSeconds(2), MINUTE, timerFired("a", 2)));
		enqueue(entry("due", T0.minusSeconds(1), null, timerFired("a", 3)));
		assertThat(this.outbox.oldestUnsent(T0, Set.of())).contains(T0.minusSeconds(2));
		assertThat(this.outbox.oldestUnsent(T0, Set.of("claimed", "unknown"))).contains(T0.minusSeconds(1));
		assertThat(this.outbox.oldestUnsent(T0, Set.of("claimed", "due"))).isEmpty();
		this.outbox.remove(List.of("claimed"));
		assertThat(this.outbox.oldestUnsent(T0, Set.of())).contains(T0.minusSeconds(1));
		this.outbox.remove(List.of("due"));
		assertThat(this.outbox.oldestUnsent(MINUTE.plusSeconds(1), Set.of())).contains(MINUTE);
	}

	@Test
	void timesFarAwayAreStored() {
		enqueue(entry("far", Instant.parse("+20000-01-01T00:00:00Z"), null, timerFired("a", 1)));
		enqueue(entry("past", Instant.EPOCH.minusSeconds(1), null, timerFired("a", 2)));
		assertThat(claim(10)).containsExactly("past");
	}

	@Test
	void largeEntriesAreStored() {
		Message.ToActivity large = new Message.ToActivity("m", "a", "x", 0, "copy", null,
				Payload.of("\"" + "x".repeat(3_000_000) + "\""));
		enqueue(entry("large", T0, null, large));
		List<OutboxEntry> claimed = this.outbox.claim(MINUTE, T0, MINUTE, 1);
		// Not by containsExactly: its message would be as large.
		assertThat(claimed.size() == 1 && claimed.get(0).messages().equals(List.of(large))).isTrue();
	}

	private List<String> claim(int limit) {
		return this.outbox.claim(MINUTE, T0, MINUTE, limit).stream().map(OutboxEntry::id).toList();
	}

}
