package io.durablespring.jpa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.durablespring.StoreUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link GroupCommit}.
 */
class GroupCommitTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<List<String>> groups = Collections.synchronizedList(new ArrayList<>());

	/** The transaction of the write "first" stays open until the test lets it commit. */
	private final CountDownLatch firstMayCommit = new CountDownLatch(1);

	private final List<Thread> waiting = Collections.synchronizedList(new ArrayList<>());

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void whoComesAloneIsWrittenAtOnceByItsOwnThread() {
		List<Thread> writers = new ArrayList<>();
		GroupCommit<String> group = new GroupCommit<>((writes) -> {
			writers.add(Thread.currentThread());
			this.groups.add(writes);
			return List.of();
		});
		assertThat(group.write("a")).isTrue();
		assertThat(group.write("b")).isTrue();
		assertThat(this.groups).containsExactly(List.of("a"), List.of("b"));
		assertThat(writers).containsOnly(Thread.currentThread());
	}

	@Test
	void whatComesDuringACommitSharesTheNextOne() throws Exception {
		List<Future<Boolean>> answers = writeBehindFirst(group((writes) -> List.of()), "a", "b", "c");
		for (Future<Boolean> answer : answers) {
			assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.groups).containsExactly(List.of("first"), List.of("a", "b", "c"));
	}

	@Test
	void whatIsLeftOutIsToBeWrittenAlone() throws Exception {
		List<Future<Boolean>> answers = writeBehindFirst(group((writes) -> List.of("b")), "a", "b", "c");
		assertThat(values(answers)).containsExactly(true, true, false, true);
	}

	@Test
	void afterAFaultOfTheDataEachIsToBeWrittenAlone() throws Exception {
		List<Future<Boolean>> answers = writeBehindFirst(group((writes) -> {
			if (writes.contains("b")) {
				throw new IllegalStateException("NUL in b");
			}
			return List.of();
		}), "a", "b", "c");
		assertThat(values(answers)).containsExactly(true, false, false, false);
	}

	@Test
	void aDatabaseThatDoesNotAnswerFailsAllAndThoseBehindTry() throws Exception {
		GroupCommit<String> group = group((writes) -> {
			if (writes.contains("b")) {
				throw new StoreUnavailableException("away", null);
			}
			return List.of();
		});
		List<Future<Boolean>> answers = writeBehindFirst(group, "a", "b", "c");
		assertThat(answers.get(0).get(10, TimeUnit.SECONDS)).isTrue();
		for (Future<Boolean> answer : answers.subList(1, 4)) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(StoreUnavailableException.class)
				.havingCause()
				.withMessageEndingWith("away");
		}
		assertThat(group.write("d")).isTrue();
	}

	@Test
	void whoIsInterruptedWritesForNobody() {
		GroupCommit<String> group = new GroupCommit<>((writes) -> {
			this.groups.add(writes);
			return List.of();
		});
		Thread.currentThread().interrupt();
		assertThat(group.write("a")).isFalse();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.groups).isEmpty();
		assertThat(group.write("b")).isTrue();
	}

	@Test
	void anErrorLeavesNobodyWaiting() throws Exception {
		GroupCommit<String> group = group((writes) -> {
			if (writes.contains("a")) {
				throw new OutOfMemoryError("test");
			}
			return List.of();
		});
		List<Future<Boolean>> answers = writeBehindFirst(group, "a", "b");
		assertThatThrownBy(() -> answers.get(1).get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(OutOfMemoryError.class);
		// It may have been committed: to write it once more could find it there.
		assertThatThrownBy(() -> answers.get(2).get(10, TimeUnit.SECONDS))
			.hasCauseInstanceOf(StoreUnavailableException.class);
		assertThat(group.write("d")).isTrue();
	}

	@Test
	void eachOfManyIsWrittenOnce() throws Exception {
		GroupCommit<String> group = new GroupCommit<>((writes) -> {
			this.groups.add(writes);
			return List.of();
		});
		List<Callable<Boolean>> writers = IntStream.range(0, 16)
			.<Callable<Boolean>>mapToObj(
					(writer) -> () -> IntStream.range(0, 500).allMatch((i) -> group.write(writer + ":" + i)))
			.toList();
		assertThat(values(this.threads.invokeAll(writers))).hasSize(16).containsOnly(true);
		List<String> written = this.groups.stream().flatMap(List::stream).toList();
		assertThat(written).hasSize(8000).doesNotHaveDuplicates();
		for (int writer = 0; writer < 16; writer++) {
			String prefix = writer + ":";
			assertThat(written.stream().filter((write) -> write.startsWith(prefix)))
				.containsExactlyElementsOf(IntStream.range(0, 500).mapToObj((i) -> prefix + i).toList());
		}
	}

	private GroupCommit<String> group(Function<List<String>, Collection<String>> transaction) {
		return new GroupCommit<>((writes) -> {
			this.groups.add(writes);
			if (writes.contains("first")) {
				try {
					this.firstMayCommit.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				return List.of();
			}
			return transaction.apply(writes);
		});
	}

	/** Each in a thread of its own, in this order, while the first one commits. */
	private List<Future<Boolean>> writeBehindFirst(GroupCommit<String> group, String... writes) {
		List<Future<Boolean>> answers = new ArrayList<>();
		answers.add(this.threads.submit(() -> group.write("first")));
		await().until(() -> this.groups.size() == 1);
		for (String write : writes) {
			answers.add(this.threads.submit(() -> {
				this.waiting.add(Thread.currentThread());
				return group.write(write);
			}));
			int expected = answers.size() - 1;
			await().until(() -> this.waiting.size() == expected
					&& this.waiting.get(expected - 1).getState() == Thread.State.WAITING);
		}
		this.firstMayCommit.countDown();
		return answers;
	}

	private static List<Boolean> values(List<Future<Boolean>> answers) throws Exception {
		List<Boolean> values = new ArrayList<>();
		for (Future<Boolean> answer : answers) {
			values.add(answer.get(20, TimeUnit.SECONDS));
		}
		return values;
	}

}
