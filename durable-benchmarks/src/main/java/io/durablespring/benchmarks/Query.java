package io.durablespring.benchmarks;

import java.util.Arrays;

import io.durablespring.DurableClient;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import org.jspecify.annotations.Nullable;

/**
 * Pages and counts of many finished instances.
 */
final class Query implements Workload {

	private static final int PAGE = 100;

	@Override
	public String name() {
		return "query";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender instanceof DurableSpring;
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		int count = bench.settings().size("query.instances", 1_000_000, 20_000);
		Finished.fill((DurableSpring) bench.contender(), count, false);
		run(bench);
	}

	@Override
	public void run(Bench bench) throws Exception {
		DurableClient client = ((DurableSpring) bench.contender()).client();
		page(bench, client, "page", InstanceFilter.all());
		page(bench, client, "page-failed", InstanceFilter.all().status(InstanceStatus.FAILED));
		page(bench, client, "page-name", InstanceFilter.all().name("HELLO7"));
		page(bench, client, "page-prefix", InstanceFilter.all().idPrefix("filled-77"));
		String token = deep(client);
		time(bench, "deep-page",
				() -> client.query(InstanceQuery.all().pageSize(PAGE).after(token)).instances().size());
		time(bench, "counts", () -> (client.counts().size() >= 10) ? PAGE : 0);
	}

	// Behind the first ten thousand.
	private static @Nullable String deep(DurableClient client) {
		String token = null;
		for (int i = 0; i < 10; i++) {
			token = client.query(InstanceQuery.all().pageSize(1000).after(token)).continuationToken();
		}
		return token;
	}

	private static void page(Bench bench, DurableClient client, String metric, InstanceFilter filter) throws Exception {
		time(bench, metric, () -> client.query(InstanceQuery.of(filter).pageSize(PAGE)).instances().size());
	}

	private static void time(Bench bench, String metric, Question question) throws Exception {
		double[] millis = new double[bench.settings().size("query.repeats", 20, 5)];
		for (int i = 0; i < millis.length; i++) {
			long begin = System.nanoTime();
			int size = question.ask();
			millis[i] = (System.nanoTime() - begin) / 1e6;
			if (size != PAGE) {
				throw new IllegalStateException(metric + ": " + size);
			}
		}
		Arrays.sort(millis);
		bench.figures().note(metric, millis[millis.length / 2], "ms");
	}

	@FunctionalInterface
	private interface Question {

		int ask() throws Exception;

	}

}
