package io.durablespring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Callers side by side, as the threads of a web server are.
 */
final class ManyThreads {

	private final int threads;

	ManyThreads(Settings settings) {
		this.threads = settings.size("threads", 32, 32);
	}

	/** Has each job done by one of the threads; returns when all are. */
	void each(List<Job> jobs, Action<Job> action) throws Exception {
		range(jobs.size(), (i) -> action.on(jobs.get(i)));
	}

	/** Has something done with each number below the given one. */
	void range(int end, Action<Integer> action) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(this.threads);
		try {
			List<Future<?>> parts = new ArrayList<>();
			for (int part = 0; part < this.threads; part++) {
				int first = part;
				parts.add(executor.submit(() -> {
					for (int i = first; i < end; i += this.threads) {
						action.on(i);
					}
					return null;
				}));
			}
			for (Future<?> part : parts) {
				part.get();
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A job failed", ex.getCause());
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * What is done.
	 *
	 * @param <T> with what
	 */
	@FunctionalInterface
	interface Action<T> {

		void on(T with) throws Exception;

	}

}
