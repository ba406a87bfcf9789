package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;
import io.durablespring.engine.ActivityTarget;
import io.durablespring.engine.Locality;
import io.durablespring.engine.MethodReference;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.history.VersionOrder;
import io.durablespring.spi.TransactionSettings;
import org.jspecify.annotations.Nullable;

/**
 * The orchestrators and activities of this node, by name. Filled before the runtime
 * starts, thread-safe from then on. Names are case-sensitive.
 */
public final class DefinitionRegistry {

	// As wide as the column of stores.
	private static final int MAX_VERSION = 100;

	private static final int MAX_NAME = 256;

	private final Definition.TypeResolver typeResolver;

	/** By name, for each version one. */
	private final Map<String, List<Definition>> orchestrators = new ConcurrentHashMap<>();

	private final Map<String, Definition> activities = new ConcurrentHashMap<>();

	/**
	 * Creates a registry that takes the types of methods as they are declared.
	 */
	public DefinitionRegistry() {
		this((type, method, beanType) -> type);
	}

	/**
	 * Creates a registry.
	 * @param typeResolver what types of methods are where a generic superclass declares
	 * them
	 */
	public DefinitionRegistry(Definition.TypeResolver typeResolver) {
		this.typeResolver = typeResolver;
	}

	/**
	 * Registers an orchestrator.
	 * @param annotation the method's annotation
	 * @param beanType the bean's class, without proxies
	 * @param method the annotated method
	 * @param invoker how to invoke it
	 * @throws InvalidDefinitionException if the method's signature does not fit or the
	 * version is too long
	 * @throws DuplicateNameException if name and version are taken by another method
	 */
	public void addOrchestrator(Orchestrator annotation, Class<?> beanType, Method method, Definition.Invoker invoker) {
		check(method, "@Orchestrator");
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length < 1 || parameters.length > 2 || parameters[0] != OrchestrationContext.class) {
			throw new InvalidDefinitionException(method, "is an @Orchestrator but takes " + describe(parameters),
					"Give it an OrchestrationContext and at most one input: "
							+ "Result %s(OrchestrationContext ctx, Input input).".formatted(method.getName()));
		}
		Type input = (parameters.length == 2) ? method.getGenericParameterTypes()[1] : null;
		String name = nameOf(annotation.value(), method);
		if (name.length() > MAX_NAME) {
			throw new InvalidDefinitionException(method, "has a name of %d characters".formatted(name.length()),
					"It is stored with every instance: use at most %d characters.".formatted(MAX_NAME));
		}
		String version = versionOf(annotation);
		if (version != null && version.length() > MAX_VERSION) {
			throw new InvalidDefinitionException(method, "has a version of %d characters".formatted(version.length()),
					"It is stored with every instance: use at most %d characters.".formatted(MAX_VERSION));
		}
		Definition definition = new Definition(name, version, "", null, beanType, method,
				(input != null) ? resolve(input, method, beanType) : null,
				resolve(method.getGenericReturnType(), method, beanType), invoker, null, ActivityTimeouts.NONE,
				Locality.ELSEWHERE);
		this.orchestrators.compute(name, (key, versions) -> with(definition, versions));
	}

	private static List<Definition> with(Definition definition, @Nullable List<Definition> versions) {
		List<Definition> all = new ArrayList<>((versions != null) ? versions : List.of());
		VersionOrder order = new VersionOrder();
		all.stream()
			.filter((other) -> order.compare(other.version(), definition.version()) == 0)
			.findFirst()
			.ifPresent((other) -> {
				throw new DuplicateNameException("Orchestrator", definition.name(), definition.version(),
						other.method(), definition.method());
			});
		all.add(definition);
		return List.copyOf(all);
	}

	private static @Nullable String versionOf(Orchestrator annotation) {
		return annotation.version().isEmpty() ? null : annotation.version();
	}

	/**
	 * Registers an activity that runs without a transaction of the store.
	 * @param annotation the method's annotation
	 * @param beanType the bean's class, without proxies
	 * @param method the annotated method
	 * @param invoker how to invoke it
	 * @throws InvalidDefinitionException if signature, queue or retry policy do not fit
	 * @throws DuplicateNameException if the name is taken by another method
	 */
	public void addActivity(Activity annotation, Class<?> beanType, Method method, Definition.Invoker invoker) {
		addActivity(annotation, beanType, method, invoker, null);
	}

	/**
	 * Registers an activity.
	 * @param annotation the method's annotation
	 * @param beanType the bean's class, without proxies
	 * @param method the annotated method
	 * @param invoker how to invoke it
	 * @param transaction the transaction that it joins; {@code null} if it joins none
	 * @throws InvalidDefinitionException if signature, queue or retry policy do not fit
	 * @throws DuplicateNameException if the name is taken by another method
	 */
	public void addActivity(Activity annotation, Class<?> beanType, Method method, Definition.Invoker invoker,
			@Nullable TransactionSettings transaction) {
		check(method, "@Activity");
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length > 1) {
			throw new InvalidDefinitionException(method, "is an @Activity but takes " + describe(parameters),
					"Give it at most one input; join several values in a record.");
		}
		if (parameters.length == 1 && parameters[0] == OrchestrationContext.class) {
			throw new InvalidDefinitionException(method, "is an @Activity but takes an OrchestrationContext",
					"Activities do not orchestrate: annotate it with @Orchestrator, or take the parameter out.");
		}
		if (!annotation.queue().matches("[a-zA-Z0-9._-]*")) {
			throw new InvalidDefinitionException(method, "names the queue '" + annotation.queue() + "'",
					"A queue becomes part of a topic's name: use letters, digits, dot, underscore and hyphen only.");
		}
		Type input = inputType(method);
		Definition definition = new Definition(nameOf(annotation.value(), method), null, annotation.queue(),
				RetryAnnotations.policyOf(annotation.retry(), method), beanType, method,
				(input != null) ? resolve(input, method, beanType) : null,
				resolve(method.getGenericReturnType(), method, beanType), invoker, transaction,
				ActivityTimeouts.of(annotation, method),
				new Locality(true, annotation.local(), annotation.checkpoint()));
		Definition before = this.activities.putIfAbsent(definition.name(), definition);
		if (before != null) {
			throw new DuplicateNameException("Activity", definition.name(), null, before.method(), method);
		}
	}

	private Type resolve(Type type, Method method, Class<?> beanType) {
		return this.typeResolver.resolve(type, method, beanType);
	}

	private static @Nullable Type inputType(Method activity) {
		Type[] parameters = activity.getGenericParameterTypes();
		return (parameters.length > 0) ? parameters[0] : null;
	}

	private static void check(Method method, String annotation) {
		Class<?> result = method.getReturnType();
		if (Task.class.isAssignableFrom(result) || Future.class.isAssignableFrom(result)
				|| CompletionStage.class.isAssignableFrom(result)) {
			throw new InvalidDefinitionException(method,
					"is an " + annotation + " but returns a " + result.getSimpleName(),
					"What is returned is stored: await it, and return its value.");
		}
		if (Modifier.isStatic(method.getModifiers())) {
			throw new InvalidDefinitionException(method, "is an " + annotation + " but static",
					"Make it an instance method of the bean.");
		}
	}

	private static String describe(Class<?>[] parameters) {
		return (parameters.length == 0) ? "no parameters"
				: Arrays.stream(parameters).map(Class::getSimpleName).collect(Collectors.joining(", ", "(", ")"));
	}

	private static String nameOf(String annotated, Method method) {
		return annotated.isEmpty() ? method.getName() : annotated;
	}

	/**
	 * The orchestrators of this node.
	 * @return the definitions, in no order
	 */
	public Collection<Definition> orchestrators() {
		return this.orchestrators.values().stream().flatMap(List::stream).toList();
	}

	/**
	 * The activities of this node.
	 * @return the definitions, in no order
	 */
	public Collection<Definition> activities() {
		return Set.copyOf(this.activities.values());
	}

	/**
	 * Finds the implementations of an orchestrator.
	 * @param name the name
	 * @return the definitions, one for each version, none if this node does not have it
	 */
	public List<Definition> orchestrators(String name) {
		return this.orchestrators.getOrDefault(name, List.of());
	}

	/**
	 * Finds an activity by its name.
	 * @param name the name
	 * @return the definition, empty if this node does not have it
	 */
	public Optional<Definition> activity(String name) {
		return Optional.ofNullable(this.activities.get(name));
	}

	/**
	 * The activity that a method names: the registered one, or else the one that its
	 * annotation announces, for another application of the hub to run.
	 * @param reference the method
	 * @return the activity, empty if the method is none
	 */
	public Optional<ActivityTarget> activity(MethodReference reference) {
		Definition definition = find(this.activities.values(), reference);
		if (definition != null) {
			return Optional.of(new ActivityTarget(definition.name(),
					definition.queue().isEmpty() ? null : definition.queue(), definition.inputType(),
					definition.resultType(), definition.retryPolicy(), definition.locality()));
		}
		Activity annotation = reference.method().getAnnotation(Activity.class);
		if (annotation == null) {
			return Optional.empty();
		}
		return Optional.of(new ActivityTarget(nameOf(annotation.value(), reference.method()),
				annotation.queue().isEmpty() ? null : annotation.queue(), inputType(reference.method()),
				reference.method().getGenericReturnType(),
				RetryAnnotations.policyOf(annotation.retry(), reference.method())));
	}

	/**
	 * The orchestrator that a method names: the registered one, or else the one that its
	 * annotation announces, for another application of the hub to run.
	 * @param reference the method
	 * @return the orchestrator, with the version that the method itself has
	 * @throws IllegalArgumentException if the method is none
	 */
	public OrchestratorTarget orchestrator(MethodReference reference) {
		Definition definition = find(orchestrators(), reference);
		if (definition != null) {
			return new OrchestratorTarget(definition.name(), definition.version(), definition.inputType(),
					definition.resultType());
		}
		Method method = reference.method();
		Orchestrator annotation = method.getAnnotation(Orchestrator.class);
		if (annotation == null) {
			throw new IllegalArgumentException(reference + " is not an orchestrator. Annotate it with @Orchestrator.");
		}
		Type[] parameters = method.getGenericParameterTypes();
		return new OrchestratorTarget(nameOf(annotation.value(), method), versionOf(annotation),
				(parameters.length > 1) ? parameters[1] : null, method.getGenericReturnType());
	}

	/**
	 * The activities that a reference to a method may mean. Of several, the one whose
	 * bean does not override the method; so more than one is ambiguous.
	 * @param type the class or interface that the reference names
	 * @param method the method
	 * @return the definitions
	 */
	public List<Definition> activities(Class<?> type, Method method) {
		return candidates(this.activities.values(), type, method);
	}

	/**
	 * The orchestrators that a reference to a method may mean, as of
	 * {@link #activities(Class, Method)}.
	 * @param type the class or interface that the reference names
	 * @param method the method
	 * @return the definitions
	 */
	public List<Definition> orchestrators(Class<?> type, Method method) {
		return candidates(orchestrators(), type, method);
	}

	private static @Nullable Definition find(Collection<Definition> definitions, MethodReference reference) {
		List<Definition> candidates = candidates(definitions, reference.type(), reference.method());
		if (candidates.size() > 1) {
			throw new IllegalArgumentException(
					"%s may mean any of %s. Name the class of one bean before the double colon, or use the name."
						.formatted(reference, candidates.stream().map(Definition::name).sorted().toList()));
		}
		return candidates.isEmpty() ? null : candidates.get(0);
	}

	private static List<Definition> candidates(Collection<Definition> definitions, Class<?> type, Method method) {
		List<Definition> candidates = definitions.stream()
			.filter((definition) -> type.isAssignableFrom(definition.beanType())
					&& implementsMethod(definition, method))
			.toList();
		return candidates.stream()
			.filter((definition) -> definition.method().equals(method))
			.findFirst()
			.map(List::of)
			.orElse(candidates);
	}

	private static boolean implementsMethod(Definition definition, Method method) {
		Method own = definition.method();
		return own.getName().equals(method.getName())
				&& (Arrays.equals(own.getParameterTypes(), method.getParameterTypes())
						|| isBridged(definition.beanType(), own, method));
	}

	// A method of a generic type has other parameters than what implements it: the
	// compiler puts a bridge between the two.
	private static boolean isBridged(Class<?> beanType, Method own, Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		Class<?>[] ownParameters = own.getParameterTypes();
		if (parameters.length != ownParameters.length) {
			return false;
		}
		for (int i = 0; i < parameters.length; i++) {
			if (!parameters[i].isAssignableFrom(ownParameters[i])) {
				return false;
			}
		}
		for (Class<?> type = beanType; type != null; type = type.getSuperclass()) {
			for (Method declared : type.getDeclaredMethods()) {
				if (declared.isBridge() && declared.getName().equals(method.getName())
						&& Arrays.equals(declared.getParameterTypes(), parameters)) {
					return true;
				}
			}
		}
		return false;
	}

}
