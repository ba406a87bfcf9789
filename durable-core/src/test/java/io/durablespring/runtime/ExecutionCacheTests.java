package io.durablespring.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.durablespring.InstanceStatus;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExecutionCacheTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final ExecutionCache cache = new ExecutionCache(2, new RestingHistories(1_000_000));

	@AfterEach
	void letThreadsGo() {
		this.cache.clear();
		this.threads.shutdownNow();
	}

	@Test
	void executionsThatParkAreKeptUpToALimitTheLeastRecentlyUsedGoingFirst() {
		Parked a = parking("a");
		Parked b = parking("b");
		Parked c = parking("c");
		this.cache.put(a);
		this.cache.put(b);
		this.cache.put(c);
		assertThat(a.execution().isOpen()).isFalse();
		assertThat(this.cache.take("a")).isNull();
		assertThat(this.cache.takeResting("a")).as("its history was long").isNull();
		assertThat(this.cache.take("c")).isSameAs(c);
		assertThat(this.cache.size()).isEqualTo(1);
	}

	@Test
	void ofOneThatDoesNotParkTheHistoryIsKept() {
		Parked parked = waiting("a", 8192);
		this.cache.put(parked);
		assertThat(this.cache.size()).isZero();
		assertThat(this.cache.take("a")).isNull();
		RestingHistories.Resting resting = this.cache.takeResting("a");
		assertThat(resting).isNotNull();
		assertThat(resting.head()).isEqualTo(parked.head());
		assertThat(resting.events()).hasSize(parked.execution().historySize());
	}

	@Test
	void aHistoryThatHasBecomeLongIsReadOnceMore() {
		Parked parked = waiting("a", 300);
		assertThat(parked.execution().parks()).isFalse();
		this.cache.put(parked);
		assertThat(parked.execution().isOpen()).isFalse();
		assertThat(this.cache.takeResting("a")).isNull();
		assertThat(this.cache.take("a")).isNull();
	}

	@Test
	void whatIsPutLastIsAllThereIsOfAnInstance() {
		this.cache.put(waiting("a", 8192));
		Parked later = parking("a");
		this.cache.put(later);
		assertThat(this.cache.takeResting("a")).isNull();
		this.cache.put(waiting("a", 8192));
		assertThat(later.execution().isOpen()).isFalse();
		assertThat(this.cache.take("a")).isNull();
		assertThat(this.cache.takeResting("a")).isNotNull();
	}

	@Test
	void withoutParkedExecutionsNothingIsKept() {
		ExecutionCache none = new ExecutionCache(0, new RestingHistories(1_000_000));
		none.put(waiting("a", 8192));
		none.put(parking("b"));
		assertThat(none.takeResting("a")).isNull();
		assertThat(none.take("b")).isNull();
	}

	private Parked parking(String id) {
		return waiting(id, 0);
	}

	private Parked waiting(String id, long unparkedHistory) {
		OrchestrationEngine engine = new OrchestrationEngine(new TextCodec(), new NoTargets(), this.threads,
				new OrchestrationEngine.Options(false, false, false, 1000, unparkedHistory));
		Execution execution = engine.execution(new ExecutionKey(id, "x", "order"), (context, input) -> {
			context.waitForExternalEvent("go", Void.class).await();
			return null;
		}, List.of());
		execution.step(NOW, List.of(new ExecutionStarted(NOW, "order", null, null, Map.of(), null)));
		return new Parked(new InstanceHead(id, "order", null, InstanceStatus.RUNNING, "x", 1, null), execution);
	}

}
