package io.durablespring.engine;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import io.durablespring.FailureDetails;
import io.durablespring.OrchestrationContext;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TimerFired;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * History in, result out. Every step runs on executions that were fed all along, which
 * park always, never and from the middle on, and on one that is rebuilt from the history,
 * and all must give the same result.
 */
final class Scenario {

	static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	static final ExecutionKey KEY = new ExecutionKey("instance", "execution", "Orchestrator");

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private PayloadCodec codec = new TextCodec();

	private final List<HistoryEvent> history = new ArrayList<>();

	private ExecutionKey key = KEY;

	private OrchestratorBody body;

	private OrchestrationEngine.Options options = new OrchestrationEngine.Options(false, false, false, 100_000, 0);

	private Locality locality = Locality.ELSEWHERE;

	private final FedExecutions fed = new FedExecutions(this::execution);

	private Instant clock = START;

	private Scenario(OrchestratorBody body) {
		this.body = body;
	}

	/** The code of an orchestrator without input. */
	interface Code {

		@Nullable Object run(OrchestrationContext context) throws Exception;

	}

	/** The code of an orchestrator that takes a text. */
	interface InputCode {

		@Nullable Object run(OrchestrationContext context, @Nullable String input) throws Exception;

	}

	static Scenario of(Code code) {
		TextCodec codec = new TextCodec();
		return new Scenario((context, input) -> codec.write(code.run(context)));
	}

	static Scenario withInput(InputCode code) {
		return withInput(new TextCodec(), code);
	}

	static Scenario withInput(PayloadCodec codec, InputCode code) {
		return new Scenario((context, input) -> codec
			.write(code.run(context, (input != null) ? (String) codec.read(input, String.class) : null)));
	}

	Scenario options(boolean verifyInputs, boolean failNonDeterministic) {
		this.options = new OrchestrationEngine.Options(verifyInputs, failNonDeterministic, false, 100_000, 0);
		return this;
	}

	/** Goes on with other code, as after a deployment. */
	Scenario deploy(Code code) {
		this.body = (context, input) -> this.codec.write(code.run(context));
		this.fed.drop();
		return this;
	}

	Scenario codec(PayloadCodec other) {
		this.codec = other;
		return this;
	}

	/** Says where all activities run. */
	Scenario activities(Locality place) {
		this.locality = place;
		return this;
	}

	Scenario maxActions(int maxActions) {
		this.options = new OrchestrationEngine.Options(false, false, false, maxActions, 0);
		return this;
	}

	Scenario clock(Instant time) {
		this.clock = time;
		return this;
	}

	StepResult start() {
		return step(started());
	}

	/** Starts the execution that the one before continues as, as its result has it. */
	StepResult next(StepResult continued) {
		return step(continued.continuation().started());
	}

	/** Rewinds the failed execution, both ways. */
	StepResult rewind(ExecutionRewound request) {
		Rewind rewind = Rewind.of(this.history);
		this.history.clear();
		this.history.addAll(rewind.kept());
		this.key = new ExecutionKey(this.key.instanceId(), ExecutionIds.rewound(this.key.executionId()),
				this.key.name());
		this.fed.drop();
		return apply((execution) -> execution.reopen(this.clock, request, rewind));
	}

	static ExecutionStarted started() {
		return started(null);
	}

	static ExecutionStarted started(@Nullable String input) {
		return new ExecutionStarted(START, KEY.name(), null, new TextCodec().write(input), Map.of(), null);
	}

	StepResult step(HistoryEvent... events) {
		List<HistoryEvent> arrived = Arrays.asList(events);
		return apply((execution) -> execution.step(this.clock, arrived));
	}

	private StepResult apply(Function<Execution, StepResult> step) {
		this.clock = this.clock.plusSeconds(1);
		try (Execution rebuilt = execution()) {
			StepResult replayed = step.apply(rebuilt);
			StepResult result = this.fed.step(step);
			assertThat(replayed).as("full replay gives what fed executions give").isEqualTo(result);
			if (result.continuation() != null) {
				this.history.clear();
				this.key = new ExecutionKey(this.key.instanceId(), result.continuation().executionId(),
						this.key.name());
			}
			this.history.addAll(result.events());
			this.fed.assertHistorySize(this.history.size());
			return result;
		}
	}

	Execution execution() {
		return execution(0);
	}

	/** An execution that parks only beyond a weight of its history. */
	Execution execution(long unparkedHistory) {
		OrchestrationEngine.Options all = new OrchestrationEngine.Options(this.options.verifyInputs(),
				this.options.failNonDeterministic(), this.options.failureStackTraces(), this.options.maxActions(),
				unparkedHistory);
		return new OrchestrationEngine(this.codec, new Resolver(), THREADS, all).execution(this.key, this.body,
				List.copyOf(this.history));
	}

	List<HistoryEvent> history() {
		return this.history;
	}

	static TaskCompleted completed(int taskId, @Nullable Object result) {
		return new TaskCompleted(START, taskId, new TextCodec().write(result));
	}

	static TaskFailed failed(int taskId, String message) {
		return new TaskFailed(START, taskId,
				new FailureDetails("java.io.IOException", message, null, false, null, Map.of()));
	}

	static EventRaised raised(String name, @Nullable Object input) {
		return new EventRaised(START, name, new TextCodec().write(input));
	}

	static SubOrchestrationInstanceCompleted childCompleted(int taskId, @Nullable Object result) {
		return new SubOrchestrationInstanceCompleted(START, taskId, new TextCodec().write(result));
	}

	static SubOrchestrationInstanceFailed childFailed(int taskId, FailureDetails failure) {
		return new SubOrchestrationInstanceFailed(START, taskId, failure);
	}

	static TimerFired fired(int taskId) {
		return new TimerFired(START, taskId);
	}

	private final class Resolver implements TargetResolver {

		@Override
		public ActivityTarget activity(Serializable reference) {
			Method method = MethodReference.of(reference).method();
			return activity(method.getName(), method.getGenericReturnType());
		}

		@Override
		public ActivityTarget activity(String name, Type resultType) {
			return new ActivityTarget(name, null, null, resultType, null, Scenario.this.locality);
		}

		@Override
		public OrchestratorTarget orchestrator(Serializable reference) {
			Method method = MethodReference.of(reference).method();
			return orchestrator(method.getName(), method.getGenericReturnType());
		}

		@Override
		public OrchestratorTarget orchestrator(String name, Type resultType) {
			return new OrchestratorTarget(name, null, null, resultType);
		}

	}

}
