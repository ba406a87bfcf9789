package io.durablespring.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * All workloads, the most telling ones first.
 */
final class Workloads {

	private static final String LOCAL = "-local";

	/** Those whose steps make the difference. */
	private static final List<String> BOTH_WAYS = List.of("hello3", "hello3-latency", "sequence1000", "sequence4000",
			"fanout1000", "fanout10000");

	private static final List<Workload> ALL = List.of(new Throughput("hello3", Program.HELLO3, 0, 40_000, 1000),
			new Latency("hello3-latency", Program.HELLO3),
			new OneInstance("sequence1000", Program.SEQUENCE, 1000, 2, 100),
			new OneInstance("sequence4000", Program.SEQUENCE, 4000, 1, 200),
			new OneInstance("fanout1000", Program.FANOUT, 1000, 5, 100),
			new OneInstance("fanout10000", Program.FANOUT, 10_000, 2, 200),
			new Throughput("hello5", Program.HELLO5, 0, 5000, 500), new OpenModel(), new Waiting(), new Events(),
			new Throughput("bigpayload", Program.ECHO, 1_000_000, 200, 10),
			new Throughput("job", Program.JOB, 0, 20_000, 1000), new Recover(), new Query(), new Purge(),
			new HistoryForms());

	private Workloads() {
	}

	/** The names of all, those with local steps last. */
	static List<String> names() {
		return Stream.concat(ALL.stream().map(Workload::name), BOTH_WAYS.stream().map((name) -> name + LOCAL)).toList();
	}

	/** Whether the steps are to run in the process that owns the instance. */
	static boolean isLocal(String name) {
		return name.endsWith(LOCAL);
	}

	/** A workload, with or without the suffix of local steps. */
	static Workload named(String name) {
		String plain = isLocal(name) ? name.substring(0, name.length() - LOCAL.length()) : name;
		return ALL.stream()
			.filter((workload) -> workload.name().equals(plain))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No workload '" + name + "'; there are " + names()));
	}

}
