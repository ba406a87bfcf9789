package io.durablespring.actuate;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.DeadLetterQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeadLetterGauge}.
 */
class DeadLetterGaugeTests {

	private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);

	private final Counted letters = new Counted();

	private final DeadLetterGauge gauge = new DeadLetterGauge(
			new ShowingTransport(new InProcessTransport(1), () -> this.letters), this.time::get);

	@Test
	void theTransportIsAskedOnceInTenSeconds() {
		this.letters.waiting = 3;
		assertThat(this.gauge.value()).isEqualTo(3);
		this.letters.waiting = 4;
		this.time.addAndGet(9_999_999_999L);
		assertThat(this.gauge.value()).isEqualTo(3);
		this.time.addAndGet(1);
		assertThat(this.gauge.value()).isEqualTo(4);
		assertThat(this.letters.questions).isEqualTo(2);
	}

	@Test
	void whatTheTransportCannotTellIsNoNumberUntilItCan() {
		this.letters.waiting = -1;
		assertThat(this.gauge.value()).isNaN();
		assertThat(this.gauge.value()).isNaN();
		assertThat(this.letters.questions).isEqualTo(1);
		this.letters.waiting = 0;
		this.time.addAndGet(10_000_000_000L);
		assertThat(this.gauge.value()).isZero();
	}

	private static final class Counted implements DeadLetterQueue {

		private long waiting;

		private int questions;

		@Override
		public long count() {
			this.questions++;
			if (this.waiting < 0) {
				throw new IllegalStateException("The broker is away");
			}
			return this.waiting;
		}

		@Override
		public List<DeadLetter> list(int limit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Redriven redrive() {
			throw new UnsupportedOperationException();
		}

	}

}
