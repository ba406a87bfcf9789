package io.durablespring.runtime;

import java.lang.reflect.Type;

import io.durablespring.ActivityContext;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.StoreUnavailableException;
import io.durablespring.UnknownNameException;
import io.durablespring.engine.OrchestratorBody;
import io.durablespring.history.Message.ToActivity;
import io.durablespring.history.PayloadCodec;
import io.durablespring.spi.TransactionSettings;
import org.jspecify.annotations.Nullable;

/**
 * Invokes bean methods with payloads: reads the input as the method wants it and writes
 * what it returns. Thread-safe.
 */
final class Invocations {

	private final DefinitionRegistry registry;

	private final OrchestratorVersions versions;

	private final PayloadCodec codec;

	private final CurrentActivity current;

	Invocations(DefinitionRegistry registry, OrchestratorVersions versions, PayloadCodec codec, RuntimePorts ports) {
		this.current = new CurrentActivity(new Progress(codec, ports));
		this.registry = registry;
		this.versions = versions;
		this.codec = codec;
	}

	/** The code of an orchestrator; one that is unknown fails when it runs. */
	OrchestratorBody orchestrator(String name, @Nullable String version) {
		Definition definition = this.versions.find(name, version).orElse(null);
		return new OrchestratorBody() {

			@Override
			public @Nullable Payload run(OrchestrationContext context, @Nullable Payload input) throws Throwable {
				if (definition == null) {
					throw new UnknownNameException("Orchestrator", name,
							Invocations.this.registry.orchestrators().stream().map(Definition::name).toList());
				}
				return orchestrate(definition, context, input);
			}

			@Override
			public @Nullable Type inputType() {
				return (definition != null) ? definition.inputType() : null;
			}

		};
	}

	private @Nullable Payload orchestrate(Definition definition, OrchestrationContext context, @Nullable Payload input)
			throws Throwable {
		Type type = definition.inputType();
		return write(definition, (type == null) ? definition.invoker().invoke(context)
				: definition.invoker().invoke(context, read("orchestrator", definition, type, input)));
	}

	/** What activities can ask. */
	ActivityContext activityContext() {
		return this.current;
	}

	/** The transaction that an activity joins, {@code null} if it joins none. */
	@Nullable TransactionSettings transactionOf(ToActivity call) {
		return this.registry.activity(call.name()).map(Definition::transaction).orElse(null);
	}

	/** How long a call may run. */
	ActivityTimeouts timeoutsOf(ToActivity call) {
		return this.registry.activity(call.name()).map(Definition::timeouts).orElse(ActivityTimeouts.NONE);
	}

	/**
	 * Runs an activity.
	 * @throws InputUnavailableException if it cannot begin now
	 */
	@Nullable Payload runActivity(ActivityRun run) throws Throwable {
		return this.current.during(run, () -> runActivity(run.call().name(), run.call().input()));
	}

	private @Nullable Payload runActivity(String name, @Nullable Payload input) throws Throwable {
		Definition definition = this.registry.activity(name)
			.orElseThrow(() -> new UnknownNameException("Activity", name,
					this.registry.activities().stream().map(Definition::name).toList()));
		Type type = definition.inputType();
		return write(definition, (type == null) ? definition.invoker().invoke()
				: definition.invoker().invoke(readForActivity(definition, type, input)));
	}

	private @Nullable Object readForActivity(Definition definition, Type type, @Nullable Payload input) {
		try {
			return read("activity", definition, type, input);
		}
		catch (StoreUnavailableException ex) {
			throw new InputUnavailableException(ex);
		}
	}

	private @Nullable Object read(String kind, Definition definition, Type type, @Nullable Payload input) {
		if (input == null) {
			if (type instanceof Class<?> primitive && primitive.isPrimitive()) {
				throw new PayloadException("The %s '%s' takes a %s but was called without input".formatted(kind,
						definition.name(), type.getTypeName()));
			}
			return null;
		}
		try {
			return this.codec.read(input, type);
		}
		catch (PayloadException ex) {
			throw new PayloadException(
					"The input of %s '%s' cannot be read: %s".formatted(kind, definition.name(), ex.getMessage()), ex);
		}
	}

	private @Nullable Payload write(Definition definition, @Nullable Object result) {
		return (definition.resultType() == void.class || result == null) ? null
				: this.codec.write(result, definition.resultType());
	}

}
