package io.durablespring.benchmarks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.restate.sdk.Context;
import dev.restate.sdk.DurableFuture;
import dev.restate.sdk.HandlerRunner;
import dev.restate.sdk.JsonSerdes;
import dev.restate.sdk.endpoint.definition.HandlerDefinition;
import dev.restate.sdk.endpoint.definition.HandlerType;
import dev.restate.sdk.endpoint.definition.ServiceDefinition;
import dev.restate.sdk.endpoint.definition.ServiceType;
import dev.restate.serde.jackson.JacksonSerdeFactory;

/**
 * The programs as Restate has them, each a handler of one service, without the code that
 * its processor would generate.
 */
final class RestatePrograms {

	static final String SERVICE = "programs";

	private static final Set<Program> KNOWN = EnumSet.of(Program.HELLO3, Program.HELLO5, Program.JOB, Program.SEQUENCE,
			Program.FANOUT);

	private final LongAdder steps;

	RestatePrograms(LongAdder steps) {
		this.steps = steps;
	}

	static boolean knows(Program program) {
		return KNOWN.contains(program);
	}

	ServiceDefinition definition() {
		List<HandlerDefinition<?, ?>> handlers = KNOWN.stream().<HandlerDefinition<?, ?>>map(this::handler).toList();
		return ServiceDefinition.of(SERVICE, ServiceType.SERVICE, handlers);
	}

	private HandlerDefinition<String, String> handler(Program program) {
		HandlerRunner<String, String> runner = HandlerRunner.of(
				(Context context, String size) -> run(context, program, Integer.parseInt(size)),
				JacksonSerdeFactory.DEFAULT, HandlerRunner.Options.DEFAULT);
		return HandlerDefinition.of(program.name(), HandlerType.SHARED, JsonSerdes.STRING, JsonSerdes.STRING, runner);
	}

	private String run(Context context, Program program, int size) {
		return switch (program) {
			case SEQUENCE -> sequence(context, size);
			case FANOUT -> fanOut(context, size);
			default -> hello(context, program.steps(size));
		};
	}

	private String hello(Context context, int cities) {
		return Arrays.stream(Program.CITIES, 0, cities)
			.map((city) -> context.run("greet", String.class, () -> greet(city)))
			.collect(Collectors.joining(" "));
	}

	private String greet(String city) {
		this.steps.increment();
		return Program.greet(city);
	}

	private String sequence(Context context, int length) {
		int sum = 0;
		for (int i = 0; i < length; i++) {
			int before = sum;
			sum = context.run("increment", Integer.class, () -> {
				this.steps.increment();
				return before + 1;
			});
		}
		return String.valueOf(sum);
	}

	private String fanOut(Context context, int width) {
		List<DurableFuture<Integer>> all = IntStream.range(0, width)
			.mapToObj((i) -> context.runAsync("identity", Integer.class, () -> {
				this.steps.increment();
				return i;
			}))
			.toList();
		return String.valueOf(all.stream().mapToLong(DurableFuture::await).sum());
	}

}
