package io.durablespring.engine;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.durablespring.FailureDetails;
import io.durablespring.OrchestrationContext;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * History in, result out. Every step runs twice, on an execution that was fed all along
 * and on one that is rebuilt from the history, and both must give the same result.
 */
final class Scenario {

	static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	static final ExecutionKey KEY = new ExecutionKey("instance", "execution", "Orchestrator");

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private final TextCodec codec = new TextCodec();

	private final List<HistoryEvent> history = new ArrayList<>();

	private OrchestratorBody body;

	private OrchestrationEngine.Options options = new OrchestrationEngine.Options(false, false, false);

	private @Nullable Execution parked;

	private Instant clock = START;

	private Scenario(OrchestratorBody body) {
		this.body = body;
	}

	/** The code of an orchestrator without input. */
	interface Code {

		@Nullable Object run(OrchestrationContext context) throws Exception;

	}

	static Scenario of(Code code) {
		TextCodec codec = new TextCodec();
		return new Scenario((context, input) -> codec.write(code.run(context)));
	}

	Scenario options(boolean verifyInputs, boolean failNonDeterministic) {
		this.options = new OrchestrationEngine.Options(verifyInputs, failNonDeterministic, false);
		return this;
	}

	/** Goes on with other code, as after a deployment. */
	Scenario deploy(Code code) {
		this.body = (context, input) -> this.codec.write(code.run(context));
		this.parked = null;
		return this;
	}

	Scenario clock(Instant time) {
		this.clock = time;
		return this;
	}

	StepResult start() {
		return step(started());
	}

	static ExecutionStarted started() {
		return new ExecutionStarted(START, KEY.name(), null, null, Map.of(), null);
	}

	StepResult step(HistoryEvent... events) {
		this.clock = this.clock.plusSeconds(1);
		List<HistoryEvent> arrived = Arrays.asList(events);
		try (Execution rebuilt = execution()) {
			StepResult replayed = rebuilt.step(this.clock, arrived);
			if (this.parked == null) {
				this.parked = execution();
			}
			StepResult result = this.parked.step(this.clock, arrived);
			assertThat(replayed).as("full replay gives what the parked execution gives").isEqualTo(result);
			this.history.addAll(result.events());
			assertThat(this.parked.historySize()).isEqualTo(this.history.size());
			if (!this.parked.isOpen()) {
				this.parked = null;
			}
			return result;
		}
	}

	Execution execution() {
		return new OrchestrationEngine(this.codec, new Resolver(), THREADS, this.options).execution(KEY, this.body,
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

	static TimerFired fired(int taskId) {
		return new TimerFired(START, taskId);
	}

	private static final class Resolver implements ActivityResolver {

		@Override
		public ActivityTarget resolve(Serializable reference) {
			MethodReference method = MethodReference.of(reference);
			return new ActivityTarget(method.method().getName(), null, null, method.method().getGenericReturnType());
		}

		@Override
		public @Nullable String queueOf(String activity) {
			return null;
		}

	}

}
