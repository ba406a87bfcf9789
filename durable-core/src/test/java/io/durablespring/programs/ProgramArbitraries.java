package io.durablespring.programs;

import java.util.ArrayList;
import java.util.List;

import io.durablespring.programs.Step.All;
import io.durablespring.programs.Step.Any;
import io.durablespring.programs.Step.Call;
import io.durablespring.programs.Step.Child;
import io.durablespring.programs.Step.Detached;
import io.durablespring.programs.Step.Doomed;
import io.durablespring.programs.Step.Part;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random programs.
 * <p>
 * A program is tame if it always succeeds; what fails in it is tried again often enough
 * or caught. A wild one fails a few times, and then only in its last steps: events that
 * are under way to an instance that fails are lost by design, so there are none by then.
 */
public final class ProgramArbitraries {

	private static final int ALWAYS = 1000;

	private ProgramArbitraries() {
	}

	/**
	 * Programs that succeed, if somebody rewinds them as often as they fail.
	 * @return programs of all sizes
	 */
	public static Arbitrary<Program> programs() {
		return Arbitraries.frequencyOf(Tuple.of(3, tame(2, 4)), Tuple.of(1, wild(2, 3)));
	}

	private static Arbitrary<Program> tame(int depth, int steps) {
		return Combinators.combine(list(step(depth), depth / 2, steps), rounds(), list(step(depth), 0, 1))
			.as(Program::new);
	}

	private static Arbitrary<Program> wild(int depth, int steps) {
		return Combinators.combine(list(step(depth), 0, steps), rounds(), list(wildStep(depth), 1, 2)).as(Program::new);
	}

	private static Arbitrary<Program> hopeless(int depth) {
		return list(step(depth), 0, 2)
			.map((steps) -> new Program(steps, 1, List.of(new Call(ALWAYS, Retry.NONE, false, 0))));
	}

	private static Arbitrary<Program> doomed(int depth) {
		Program forever = Program.of(new Step.Forever());
		Child child = new Child(forever, false, Retry.NONE, false);
		return (depth == 0) ? Arbitraries.just(forever)
				: Arbitraries.of(forever, Program.of(child), Program.of(new Call(0, Retry.NONE, false, 0),
						new Any(List.of(new Step.Timer(40), child), Any.Asked.AT_ONCE, true)));
	}

	private static Arbitrary<Integer> rounds() {
		return Arbitraries.frequency(Tuple.of(4, 1), Tuple.of(1, 2), Tuple.of(1, 3));
	}

	private static <T> Arbitrary<List<T>> list(Arbitrary<T> elements, int min, int max) {
		return elements.list().ofMinSize(min).ofMaxSize(max);
	}

	// --- Steps

	private static Arbitrary<Step> step(int depth) {
		List<Tuple.Tuple2<Integer, Arbitrary<Step>>> kinds = new ArrayList<>(List.of(weighted(6, part(depth)),
				weighted(4, waits()), weighted(3, all(depth)), weighted(3, any(depth)), weighted(2, caughtCall()),
				weighted(1, millis().map(Step.Unanswered::new)), weighted(1, millis().map(Step.CanceledTimer::new)),
				weighted(1, Arbitraries.of(true, false).map(Step.Status::new)),
				weighted(1, Arbitraries.of(new Step.Mistyped(), new Step.Unique(), new Step.Patched("first"),
						new Step.Patched("second")))));
		if (depth > 0) {
			kinds.add(weighted(1, hopeless(depth - 1).map((program) -> new Child(program, false, Retry.NONE, true))));
			kinds.add(weighted(1, doomed(depth - 1).map(Doomed::new)));
		}
		return Arbitraries.frequencyOf(kinds);
	}

	private static Arbitrary<Step> wildStep(int depth) {
		Arbitrary<Call> call = Combinators
			.combine(Arbitraries.integers().between(1, 3), retry(Arbitraries.integers().between(1, 2)))
			.as((refusals, retry) -> new Call(refusals, retry, false, 1));
		Arbitrary<All> all = Combinators
			.combine(list(call.map((step) -> (Part) step), 1, 2), list(simplePart(depth), 0, 2),
					Arbitraries.integers().between(0, 2))
			.as((wild, tame, at) -> {
				List<Part> parts = new ArrayList<>(tame);
				parts.addAll(Math.min(at, tame.size()), wild);
				return new All(parts, false);
			});
		List<Tuple.Tuple2<Integer, Arbitrary<Step>>> kinds = new ArrayList<>(
				List.of(weighted(2, call), weighted(2, all)));
		if (depth > 0) {
			kinds.add(weighted(2,
					Combinators
						.combine(wild(depth - 1, 2), Arbitraries.of(true, false),
								retry(Arbitraries.integers().between(1, 2)))
						.as((program, named, retry) -> new Child(program, named, retry, false))));
		}
		return Arbitraries.frequencyOf(kinds);
	}

	private static Tuple.Tuple2<Integer, Arbitrary<Step>> weighted(int weight, Arbitrary<? extends Step> steps) {
		return Tuple.of(weight, steps.map((step) -> step));
	}

	private static Arbitrary<Call> caughtCall() {
		return Combinators.combine(Arbitraries.of(1, ALWAYS), retry(Arbitraries.integers().between(1, 3)))
			.as((refusals, retry) -> new Call(refusals, retry, true, 1));
	}

	private static Arbitrary<Step> waits() {
		return Combinators.combine(event(), Arbitraries.of(Waiting.class)).as(Step.Wait::new);
	}

	private static Arbitrary<String> event() {
		return Arbitraries.of("alpha", "Beta");
	}

	private static Arbitrary<All> all(int depth) {
		Arbitrary<Part> failing = Arbitraries.of(new Call(ALWAYS, Retry.NONE, false, 0),
				new Call(1, Retry.NONE, false, 0), new Doomed(Program.of(new Step.Forever())));
		Arbitrary<Part> any = Arbitraries.frequencyOf(Tuple.of(3, part(depth)), Tuple.of(1, failing));
		return Arbitraries.oneOf(list(part(depth), 0, 3).map((parts) -> new All(parts, false)),
				list(any, 1, 3).map((parts) -> new All(parts, true)));
	}

	private static Arbitrary<Any> any(int depth) {
		Arbitrary<Any.Asked> asked = Arbitraries.of(Any.Asked.class);
		return Arbitraries.oneOf(
				Combinators.combine(list(part(depth), 1, 3), asked).as((parts, when) -> new Any(parts, when, true)),
				Combinators.combine(list(simplePart(depth).map(ProgramArbitraries::unnamed), 1, 3), asked)
					.as((parts, when) -> new Any(parts, when, false)));
	}

	/** What is left alone must not be in the way of who comes after it. */
	private static Part unnamed(Part part) {
		return (part instanceof Child child) ? new Child(child.program(), false, child.retry(), child.caught()) : part;
	}

	// --- Parts

	private static Arbitrary<Part> part(int depth) {
		Arbitrary<Part> retried = Combinators.combine(Arbitraries.integers().between(1, 2), retry(Arbitraries.just(3)))
			.as((refusals, retry) -> (retry.kind() == Retry.Kind.NONE) ? new Call(0, retry, false, 1)
					: new Call(refusals, retry, false, 1));
		List<Tuple.Tuple2<Integer, Arbitrary<Part>>> kinds = new ArrayList<>(List.of(Tuple.of(4, simplePart(depth)),
				Tuple.of(2, retried), Tuple.of(1, Arbitraries.just(new Step.Echo())),
				Tuple.of(1, event().map((event) -> new Step.Wait(event, Waiting.PLAIN)))));
		if (depth > 0) {
			kinds.add(Tuple.of(1,
					Combinators
						.combine(Arbitraries.oneOf(tame(depth - 1, 2), wild(depth - 1, 1)), Arbitraries.of(true, false),
								Arbitraries.of(0, 0, 50))
						.as(Detached::new)));
			kinds.add(Tuple.of(1,
					Combinators
						.combine(wild(depth - 1, 1), Arbitraries.of(true, false),
								Arbitraries.of(Retry.Kind.POLICY, Retry.Kind.HANDLER))
						.as((program, named, kind) -> new Child(program, named,
								new Retry(kind, program.failures() + 1, 20), false))));
		}
		return Arbitraries.frequencyOf(kinds);
	}

	/** What may be left alone. */
	private static Arbitrary<Part> simplePart(int depth) {
		Arbitrary<Part> call = Arbitraries.of(0, 1, 400).map((size) -> new Call(0, Retry.NONE, false, size));
		Arbitrary<Part> timer = millis().map(Step.Timer::new);
		return (depth == 0) ? Arbitraries.frequencyOf(Tuple.of(3, call), Tuple.of(1, timer))
				: Arbitraries.frequencyOf(Tuple.of(3, call), Tuple.of(1, timer),
						Tuple.of(1, Combinators.combine(tame(depth - 1, 2), Arbitraries.of(true, false))
							.as((program, named) -> new Child(program, named, Retry.NONE, false))));
	}

	private static Arbitrary<Integer> millis() {
		return Arbitraries.of(0, 10, 40, 90);
	}

	private static Arbitrary<Retry> retry(Arbitrary<Integer> attempts) {
		return Combinators.combine(Arbitraries.of(Retry.Kind.class), attempts, Arbitraries.of(0, 15))
			.as((kind, number, millis) -> (kind == Retry.Kind.NONE) ? Retry.NONE : new Retry(kind, number, millis));
	}

}
