package io.durablespring.programs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.durablespring.CallOptions;
import io.durablespring.CompositeTaskFailedException;
import io.durablespring.DurableTimer;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.TaskTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Something that a program does. What it returns does not depend on who was faster.
 */
public sealed interface Step {

	/** In what a program returns, says that something was not as promised. */
	String WRONG = "WRONG";

	String perform(ProgramRun run, String at);

	/** What it does at once. */
	default List<? extends Step> parts() {
		return List.of();
	}

	/** What it runs as an instance of its own. */
	default @Nullable Program program() {
		return null;
	}

	/** How often it fails for the program to fail, at most. */
	default int failures() {
		return 0;
	}

	/**
	 * A step that can be done at the same time as others.
	 */
	sealed interface Part extends Step {

		Task<String> begin(ProgramRun run, String at);

		@Override
		default String perform(ProgramRun run, String at) {
			return begin(run, at).await();
		}

	}

	/** Calls an activity. */
	record Call(int refusals, Retry retry, boolean caught, int size) implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			Work work = new Work(run.label(at), this.refusals, this.size, run.seen());
			return run.context()
				.withOptions(this.retry.options())
				.callActivity(Work.NAME, work.input(), String.class)
				.thenApply((result) -> "done" + result.length());
		}

		@Override
		public String perform(ProgramRun run, String at) {
			try {
				return begin(run, at).await();
			}
			catch (TaskFailedException ex) {
				String failure = ProgramRun.caught(ex, this.caught);
				return (this.refusals < this.retry.attempts()) ? WRONG + " one attempt less" : failure;
			}
		}

		@Override
		public int failures() {
			return this.caught ? 0 : this.refusals;
		}

	}

	/** Runs a program as a sub-orchestration. */
	record Child(Program program, boolean named, Retry retry, boolean caught) implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			CallOptions options = this.retry.options().tag("child", at);
			return run.context()
				.withOptions(this.named ? options.instanceId(run.label(at)) : options)
				.callSubOrchestrator(Interpreter.NAME, run.place().of(at, null).input(), String.class);
		}

		@Override
		public String perform(ProgramRun run, String at) {
			try {
				return begin(run, at).await();
			}
			catch (TaskFailedException ex) {
				return ProgramRun.caught(ex, this.caught);
			}
		}

		@Override
		public int failures() {
			return this.caught ? 0 : this.program.failures();
		}

	}

	/** Runs a program that somebody terminates. */
	record Doomed(Program program) implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			return new Child(this.program, false, Retry.NONE, true).begin(run, at);
		}

		@Override
		public String perform(ProgramRun run, String at) {
			return new Child(this.program, false, Retry.NONE, true).perform(run, at);
		}

	}

	/** Starts a program without a parent, and waits for the event that it sends. */
	record Detached(Program program, boolean named, int delayMillis) implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			Place place = run.place().of(at, run.context().instanceId());
			StartOptions options = this.named ? StartOptions.instanceId(place.label()) : StartOptions.defaults();
			if (this.delayMillis > 0) {
				options = options.at(run.context().now().plusMillis(this.delayMillis));
			}
			run.see(run.context().startOrchestrator(Interpreter.NAME, place.input(), options));
			return run.context().waitForExternalEvent(ProgramRun.reply(place), String.class);
		}

	}

	/** Waits for a timer. */
	record Timer(int millis) implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			Instant due = run.context().now().plusMillis(this.millis);
			return run.context()
				.createTimer(due)
				.thenApply((nothing) -> run.context().now().isBefore(due) ? WRONG + " before its time" : "fired");
		}

	}

	/** Sends an event to itself. */
	record Echo() implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			Task<String> echo = run.context().waitForExternalEvent("ECHO", String.class);
			run.context().sendEvent(run.context().instanceId(), "echo", run.label(at));
			return echo.thenApply((label) -> {
				run.see(label);
				return "echo";
			});
		}

	}

	/** Waits for events that somebody sends. */
	record Wait(String event, Waiting how) implements Part {

		@Override
		public Task<String> begin(ProgramRun run, String at) {
			return run.context().waitForExternalEvent(this.event, String.class).thenApply(run::receive);
		}

		@Override
		public String perform(ProgramRun run, String at) {
			return run.receive(this.how.await(run, this.event));
		}

	}

	/** Waits for an event that carries something else. */
	record Mistyped() implements Step {

		static final String EVENT = "wrong";

		@Override
		public String perform(ProgramRun run, String at) {
			return Waiting.mistyped(run, EVENT);
		}

	}

	/** Waits for an event that nobody sends. */
	record Unanswered(int millis) implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			try {
				return run.context()
					.waitForExternalEvent("nothing", String.class, Duration.ofMillis(this.millis))
					.await();
			}
			catch (TaskTimeoutException ex) {
				return "unanswered";
			}
		}

	}

	/** Waits for ever: for programs that are terminated. */
	record Forever() implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			return run.context().waitForExternalEvent("nothing", String.class).await();
		}

	}

	/** Cancels a timer that may have fired meanwhile. */
	record CanceledTimer(int millis) implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			DurableTimer timer = run.context().createTimer(Duration.ofMillis(this.millis));
			String done = new Call(0, Retry.NONE, false, 1).perform(run, at);
			run.see(timer.isDone());
			timer.cancel();
			return done;
		}

	}

	/** Does all at once and waits for all. */
	record All(List<? extends Part> parts, boolean caught) implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			try {
				return "[" + String.join(",", run.context().allOf(run.begin(this.parts, at)).await()) + "]";
			}
			catch (CompositeTaskFailedException ex) {
				if (!this.caught) {
					throw ex;
				}
				List<String> failures = ex.failures()
					.stream()
					.map((failure) -> ProgramRun.caught(failure, true))
					.toList();
				return "failed" + failures;
			}
		}

		@Override
		public int failures() {
			return this.caught ? 0 : this.parts.stream().mapToInt(Step::failures).sum();
		}

	}

	/**
	 * Does all at once and waits for the first, at once or later, perhaps also for the
	 * rest.
	 */
	record Any(List<? extends Part> parts, Asked asked, boolean rest) implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			List<Task<String>> tasks = run.begin(this.parts, at);
			List<Integer> order = new ArrayList<>();
			for (int i = 0; i < tasks.size(); i++) {
				int number = i;
				tasks.set(i, tasks.get(i).thenApply((result) -> {
					order.add(number);
					return result;
				}));
			}
			Task<?> first = first(run, at, tasks);
			run.see(order);
			if (!first.isDone() || tasks.get(order.get(0)) != first) {
				return WRONG + " not the first";
			}
			if (!this.rest) {
				return "any";
			}
			List<String> results = new ArrayList<>();
			for (Task<String> task : tasks) {
				results.add(task.await());
			}
			return "any" + results;
		}

		private Task<?> first(ProgramRun run, String at, List<Task<String>> tasks) {
			Call meanwhile = new Call(0, Retry.NONE, false, 0);
			if (this.asked == Asked.LATE) {
				meanwhile.perform(run, at + ".late");
			}
			Task<Task<?>> any = run.context().anyOf(tasks);
			if (this.asked == Asked.EARLY) {
				meanwhile.perform(run, at + ".early");
			}
			return any.await();
		}

		/** When it asks which was the first. */
		public enum Asked {

			/** And looks at the answer after something else. */
			EARLY,

			/** And waits for the answer. */
			AT_ONCE,

			/** After something else, when several may be done. */
			LATE

		}

	}

	/** Says how far it is. */
	record Status(boolean cleared) implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			run.context().setCustomStatus(this.cleared ? null : run.label(at));
			return "said";
		}

	}

	/** Takes the new branch of a change. */
	record Patched(String id) implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			return "patched:" + run.context().isPatched(this.id);
		}

	}

	/** Makes a UUID. */
	record Unique() implements Step {

		@Override
		public String perform(ProgramRun run, String at) {
			UUID uuid = run.context().newUuid();
			return run.isNew(uuid) ? "unique" : WRONG + " not unique";
		}

	}

}
