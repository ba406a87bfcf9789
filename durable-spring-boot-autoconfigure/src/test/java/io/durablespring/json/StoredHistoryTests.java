package io.durablespring.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.engine.ActivityTarget;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.engine.OrchestratorBody;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.engine.Rewind;
import io.durablespring.engine.StepResult;
import io.durablespring.engine.TargetResolver;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Histories that were stored once are replayed for ever: each of their steps, from what
 * was stored before it, gives what was stored after it.
 * <p>
 * To add one, write its code in {@link StoredPrograms} and a file with the events that
 * arrive, each step's behind an {@code OrchestratorStarted}: the test says what to put
 * between them. Never change a file that is there.
 */
class StoredHistoryTests {

	private static final ExecutionKey KEY = new ExecutionKey("stored-1", "0f8fad5b", "stored");

	private static ExecutorService threads;

	private final HistoryCodec codec = new HistoryCodec(new JacksonRecordFormat());

	private final JacksonPayloadCodec payloads = new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build());

	private final OrchestrationEngine engine = new OrchestrationEngine(this.payloads, new ByName(), threads,
			new OrchestrationEngine.Options(true, false, false, 1000, 0));

	@BeforeAll
	static void startThreads() {
		threads = Executors.newCachedThreadPool();
	}

	@AfterAll
	static void stopThreads() {
		threads.shutdownNow();
	}

	static List<String> histories() {
		return StoredPrograms.histories();
	}

	@ParameterizedTest
	@MethodSource("histories")
	void eachStepIsRepeatedFromWhatWasStoredBeforeIt(String name) {
		List<List<HistoryEvent>> steps = steps(stored(name));
		List<HistoryEvent> history = new ArrayList<>();
		for (int i = 0; i < steps.size(); i++) {
			List<HistoryEvent> step = steps.get(i);
			if (step.get(0) instanceof OrchestratorStarted && i >= firstOwnStep(name, steps)) {
				List<HistoryEvent> repeated = repeat(name, history, step).events();
				assertThat(comparable(repeated)).as("step %d of %s.history, which is now%n%s", i, name, text(repeated))
					.isEqualTo(comparable(step));
			}
			history.addAll(step);
		}
	}

	@Test
	void everyKindOfEventIsInAStoredHistory() {
		assertThat(histories().stream().flatMap((name) -> stored(name).stream()).map(Object::getClass).distinct())
			.hasSameElementsAs(JacksonRecordFormatTests.records().toList());
	}

	@Test
	void everyStoredHistoryHasItsCode() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/test/resources/io/durablespring/json/histories/"))) {
			assertThat(files.map((file) -> file.getFileName().toString().replace(".history", "")))
				.containsExactlyInAnyOrderElementsOf(histories());
		}
	}

	@Test
	void aStoredFailureIsRewoundAsItWasOnce() {
		List<HistoryEvent> expected = stored("rewound");
		Rewind rewind = Rewind.of(stored("failed"));
		int kept = rewind.kept().size();
		assertThat(rewind.kept()).isEqualTo(expected.subList(0, kept));
		ExecutionRewound request = (ExecutionRewound) expected.get(kept + 1);
		try (Execution execution = execution("rewound", rewind.kept())) {
			StepResult result = execution.reopen(expected.get(kept).timestamp(), request, rewind);
			assertThat(result.events()).isEqualTo(expected.subList(kept, kept + result.events().size()));
			assertThat(result.messages()).hasSize(1);
		}
	}

	// --- Replaying

	private StepResult repeat(String name, List<HistoryEvent> history, List<HistoryEvent> step) {
		List<HistoryEvent> arrived = step.stream()
			.filter((event) -> event instanceof HistoryEvent.Completion || event instanceof HistoryEvent.Command
					|| event instanceof HistoryEvent.ExecutionStarted)
			.toList();
		try (Execution execution = execution(name, history)) {
			return execution.step(step.get(0).timestamp(), arrived);
		}
	}

	private Execution execution(String name, List<HistoryEvent> history) {
		StoredPrograms.Code code = StoredPrograms.of(name);
		OrchestratorBody body = (context, input) -> this.payloads
			.write(code.run(context, (input != null) ? (String) this.payloads.read(input, String.class) : null));
		return this.engine.execution(KEY, body, List.copyOf(history));
	}

	/**
	 * The first step that today's code has made. What a rewind has kept is no run of its
	 * own, and the code without the patch is gone: it is only repeated.
	 */
	private static int firstOwnStep(String name, List<List<HistoryEvent>> steps) {
		if (name.equals("unpatched")) {
			return steps.size() - 1;
		}
		return IntStream.range(0, steps.size())
			.filter((i) -> steps.get(i).stream().anyMatch(ExecutionRewound.class::isInstance))
			.findFirst()
			.orElse(0);
	}

	/** What an execution was given when it continued as new comes before its steps. */
	private static List<List<HistoryEvent>> steps(List<HistoryEvent> history) {
		List<List<HistoryEvent>> steps = new ArrayList<>();
		for (HistoryEvent event : history) {
			if (steps.isEmpty() || event instanceof OrchestratorStarted) {
				steps.add(new ArrayList<>());
			}
			steps.get(steps.size() - 1).add(event);
		}
		return steps;
	}

	/** Our own texts may be improved. */
	private static List<HistoryEvent> comparable(List<HistoryEvent> events) {
		return events.stream()
			.map((event) -> (event instanceof ExecutionFailed failed) ? new ExecutionFailed(failed.timestamp(),
					FailureDetails.of(failed.failure().type(), ""), failed.failedTasks()) : event)
			.toList();
	}

	// --- Files

	private List<HistoryEvent> stored(String name) {
		try (InputStream stream = getClass().getResourceAsStream("histories/" + name + ".history")) {
			assertThat(stream).as("histories/%s.history", name).isNotNull();
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().map((line) -> {
				String type = line.substring(0, line.indexOf(' '));
				return this.codec.read(type, line.substring(type.length() + 1));
			}).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String text(List<HistoryEvent> events) {
		return events.stream()
			.map((event) -> HistoryCodec.nameOf(event.getClass()) + " " + this.codec.write(event))
			.collect(Collectors.joining("\n"));
	}

	/** Knows no code, so that names are all there is. */
	private static final class ByName implements TargetResolver {

		@Override
		public ActivityTarget activity(Serializable reference) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ActivityTarget activity(String name, Type resultType) {
			return new ActivityTarget(name, name.equals("print") ? "printers" : null, null, resultType, null);
		}

		@Override
		public OrchestratorTarget orchestrator(Serializable reference) {
			throw new UnsupportedOperationException();
		}

		@Override
		public OrchestratorTarget orchestrator(String name, Type resultType) {
			return new OrchestratorTarget(name, null, null, resultType);
		}

	}

}
