package io.durablespring.benchmarks.micro;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.engine.ActivityTarget;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.engine.StepResult;
import io.durablespring.engine.TargetResolver;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.PayloadCodec;
import io.durablespring.json.JacksonPayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * An orchestrator with activities in sequence, and all that the engine needs for it.
 */
final class Sequence {

	private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

	private static final ExecutionKey KEY = new ExecutionKey("instance", "execution", "sequence");

	private final PayloadCodec codec = new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build());

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private final OrchestrationEngine engine = new OrchestrationEngine(this.codec, new Names(), this.threads,
			new OrchestrationEngine.Options(false, false, true, Integer.MAX_VALUE, 0));

	private final int length;

	Sequence(int length) {
		this.length = length;
	}

	Execution execution(List<HistoryEvent> history) {
		return this.engine.execution(KEY, this::run, history);
	}

	private @Nullable Payload run(OrchestrationContext context, @Nullable Payload input) {
		int sum = 0;
		for (int i = 0; i < this.length; i++) {
			sum = context.callActivity("increment", sum, Integer.class).await();
		}
		return this.codec.write(sum);
	}

	static ExecutionStarted started() {
		return new ExecutionStarted(TIME, KEY.name(), null, null, Map.of(), null);
	}

	TaskCompleted completed(int taskId, int result) {
		return new TaskCompleted(TIME, taskId, this.codec.write(result));
	}

	static StepResult step(Execution execution, HistoryEvent event) {
		return execution.step(TIME, List.of(event));
	}

	/** The history after as many activities have completed. */
	List<HistoryEvent> history(int completed) {
		List<HistoryEvent> history = new ArrayList<>();
		try (Execution execution = execution(List.of())) {
			StepResult result = step(execution, started());
			history.addAll(result.events());
			for (int i = 0; i < completed; i++) {
				result = step(execution, completed(taskOf(result), i + 1));
				history.addAll(result.events());
			}
		}
		return history;
	}

	/** The task that a step has called. */
	static int taskOf(StepResult result) {
		return result.events()
			.stream()
			.filter(HistoryEvent.TaskScheduled.class::isInstance)
			.mapToInt((event) -> ((HistoryEvent.TaskScheduled) event).taskId())
			.findFirst()
			.orElseThrow();
	}

	void close() {
		this.threads.shutdownNow();
	}

	private static final class Names implements TargetResolver {

		@Override
		public ActivityTarget activity(Serializable reference) {
			throw new IllegalArgumentException();
		}

		@Override
		public ActivityTarget activity(String name, Type resultType) {
			return new ActivityTarget(name, null, null, resultType, null);
		}

		@Override
		public OrchestratorTarget orchestrator(Serializable reference) {
			throw new IllegalArgumentException();
		}

		@Override
		public OrchestratorTarget orchestrator(String name, Type resultType) {
			return new OrchestratorTarget(name, null, null, resultType);
		}

	}

}
