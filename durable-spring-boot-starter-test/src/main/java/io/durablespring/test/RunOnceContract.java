package io.durablespring.test;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.durablespring.history.Message;
import io.durablespring.spi.OrchestrationStore.Kept;
import io.durablespring.spi.OrchestrationStore.Once;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.TransactionSettings;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.startMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a store must do with activities that take part in its transactions. Extend it and
 * say which store to test.
 */
public abstract class RunOnceContract extends StoreContract {

	private static final Message OUTCOME = startMessage("a", "x");

	private final AtomicInteger runs = new AtomicInteger();

	/** Without any test to run. */
	protected RunOnceContract() {
	}

	@Test
	void theOutcomeOfACallIsKeptWithTheRecordThatItHasRun() {
		assertThat(runOnce("call", this::kept)).isEqualTo(Once.COMMITTED);
		assertThat(this.store.received(List.of("call"))).containsExactly("call");
		assertThat(unsent()).containsExactly(OUTCOME);
		assertThat(this.queries.payload("large")).contains("\"large\"");
	}

	@Test
	void aCallThatHasRunDoesNotRunAgain() {
		runOnce("call", this::kept);
		assertThat(runOnce("call", this::kept)).isEqualTo(Once.KNOWN);
		assertThat(this.runs).hasValue(1);
		assertThat(unsent()).containsExactly(OUTCOME);
	}

	@Test
	void aCallWhoseTransactionFailsMayRunAgain() {
		assertThatIllegalStateException().isThrownBy(() -> runOnce("call", () -> {
			throw new IllegalStateException("not now");
		})).withMessage("not now");
		assertThat(this.store.received(List.of("call"))).isEmpty();
		assertThat(unsent()).isEmpty();
		assertThat(runOnce("call", this::kept)).isEqualTo(Once.COMMITTED);
	}

	@Test
	void ofTwoThatRunACallAtTheSameTimeOneDoes() throws Exception {
		CountDownLatch first = new CountDownLatch(1);
		CountDownLatch second = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			Future<Once> one = threads.submit(() -> runOnce("call", () -> {
				first.countDown();
				await(second);
				return kept();
			}));
			await(first);
			Future<Once> other = threads.submit(() -> {
				second.countDown();
				return runOnce("call", this::kept);
			});
			assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(Once.COMMITTED);
			assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(Once.KNOWN);
			assertThat(this.runs).hasValue(1);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private Once runOnce(String id, Supplier<Kept> work) {
		return this.store.runOnce(id, T0, TransactionSettings.DEFAULTS, work);
	}

	private Kept kept() {
		this.runs.incrementAndGet();
		return new Kept(entry("outcome", T0, null, OUTCOME),
				List.of(new StoredPayload(PayloadHolder.call("a", "x", 1), "large", "\"large\"")));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
