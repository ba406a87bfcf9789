package io.durablespring.faults;

import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Payload;
import io.durablespring.engine.ActivityTarget;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.MethodReference;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.engine.OrchestratorBody;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.engine.TargetResolver;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.json.JacksonPayloadCodec;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;

/**
 * Replays the stored histories on the engine, in this JVM: each step, from what was
 * stored before it, must give again what was stored of it. Not part of the checker, which
 * knows no engine.
 */
final class Replays implements AutoCloseable {

	private static final String HISTORIES = """
			select i.id, i.execution_id, i.name, h.event_type, h.payload
			from durable_history h join durable_instance i
			on i.hub = h.hub and i.id = h.instance_id and i.execution_id = h.execution_id
			where h.hub = ? order by i.id, h.sequence_number""";

	private final HistoryCodec codec = new HistoryCodec(new JacksonRecordFormat());

	private final JacksonPayloadCodec payloads = new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build());

	private final DefinitionRegistry registry = new DefinitionRegistry();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final OrchestrationEngine engine = new OrchestrationEngine(this.payloads, new References(), this.threads,
			new OrchestrationEngine.Options(true, false, true, 1000, 0));

	private final List<String> violations = new ArrayList<>();

	Replays() {
		register(Orders.class, new Orders());
		register(LongOrders.class, new LongOrders());
		register(SteeredOrders.class, new SteeredOrders());
		// Never run here, only called.
		register(Ledger.class, null);
		register(Mail.class, null);
	}

	private void register(Class<?> type, Object bean) {
		for (Method method : type.getDeclaredMethods()) {
			Orchestrator orchestrator = method.getAnnotation(Orchestrator.class);
			Activity activity = method.getAnnotation(Activity.class);
			if (orchestrator != null) {
				this.registry.addOrchestrator(orchestrator, type, method,
						(arguments) -> invoke(bean, method, arguments));
			}
			else if (activity != null) {
				this.registry.addActivity(activity, type, method, (arguments) -> invoke(bean, method, arguments));
			}
		}
	}

	private static Object invoke(Object bean, Method method, Object... arguments) throws Throwable {
		try {
			return method.invoke(bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Replays what a hub has stored.
	 * @return a line for each execution that goes another way
	 */
	List<String> check(Connection connection, String hub) throws SQLException {
		Map<ExecutionKey, List<HistoryEvent>> histories = new LinkedHashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(HISTORIES)) {
			statement.setString(1, hub);
			ResultSet row = statement.executeQuery();
			while (row.next()) {
				histories
					.computeIfAbsent(new ExecutionKey(row.getString(1), row.getString(2), row.getString(3)),
							(key) -> new ArrayList<>())
					.add(this.codec.read(row.getString(4), row.getString(5)));
			}
		}
		// Large values are the runtime's, not the engine's: it would not make references.
		histories.forEach((key, history) -> {
			if (!key.name().equals("archive")) {
				replay(key, history);
			}
		});
		return this.violations;
	}

	private void replay(ExecutionKey key, List<HistoryEvent> history) {
		// Up to where it was rewound, a history is not what was stored step by step.
		int remade = IntStream.range(0, history.size())
			.filter((i) -> history.get(i) instanceof ExecutionRewound)
			.max()
			.orElse(-1);
		int begin = 0;
		for (int i = 1; i <= history.size(); i++) {
			if (i == history.size() || history.get(i) instanceof OrchestratorStarted) {
				if (begin > remade && history.get(begin) instanceof OrchestratorStarted started) {
					List<HistoryEvent> step = history.subList(begin, i);
					List<HistoryEvent> repeated = repeat(key, history.subList(0, begin), started, step);
					if (!repeated.equals(step)) {
						this.violations.add("Replay of %s gives%n%s, not%n%s".formatted(key, repeated, step));
						return;
					}
				}
				begin = i;
			}
		}
	}

	private List<HistoryEvent> repeat(ExecutionKey key, List<HistoryEvent> before, OrchestratorStarted started,
			List<HistoryEvent> step) {
		List<HistoryEvent> arrived = step.stream()
			.filter((event) -> event instanceof HistoryEvent.Completion || event instanceof HistoryEvent.Command
					|| event instanceof HistoryEvent.ExecutionStarted)
			.toList();
		try (Execution execution = this.engine.execution(key, new Body(this.registry.orchestrators(key.name()).get(0)),
				List.copyOf(before))) {
			return execution.step(started.timestamp(), arrived).events();
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

	private final class Body implements OrchestratorBody {

		private final Definition definition;

		Body(Definition definition) {
			this.definition = definition;
		}

		@Override
		public Payload run(OrchestrationContext context, Payload input) throws Throwable {
			return Replays.this.payloads.write(this.definition.invoker()
				.invoke(context, Replays.this.payloads.read(input, this.definition.inputType())));
		}

		@Override
		public Type inputType() {
			return this.definition.inputType();
		}

	}

	private final class References implements TargetResolver {

		@Override
		public ActivityTarget activity(Serializable reference) {
			return Replays.this.registry.activity(MethodReference.of(reference)).orElseThrow();
		}

		@Override
		public ActivityTarget activity(String name, Type resultType) {
			throw new UnsupportedOperationException();
		}

		@Override
		public OrchestratorTarget orchestrator(Serializable reference) {
			return Replays.this.registry.orchestrator(MethodReference.of(reference));
		}

		@Override
		public OrchestratorTarget orchestrator(String name, Type resultType) {
			throw new UnsupportedOperationException();
		}

	}

}
