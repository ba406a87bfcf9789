package io.durablespring.bean;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.asm.ClassReader;
import org.springframework.asm.Type;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds calls of unknown activities and orchestrators before any instance runs into them.
 * Reads the compiled classes of orchestrators for references such as
 * {@code Payments::charge}; what cannot be read is not checked, and neither are calls by
 * name.
 */
public final class CallVerifier {

	private static final Logger logger = LoggerFactory.getLogger(CallVerifier.class);

	/**
	 * Checks the classes of all orchestrators.
	 * @param registry what is registered
	 * @throws UnknownCallException if they call methods that are neither activities nor
	 * orchestrators, or that no bean has
	 */
	public void verify(DefinitionRegistry registry) {
		Set<Class<?>> classes = new LinkedHashSet<>();
		for (Definition orchestrator : registry.orchestrators()) {
			for (Class<?> type = orchestrator.beanType(); type != null
					&& type != Object.class; type = type.getSuperclass()) {
				classes.add(type);
			}
		}
		List<String> problems = new ArrayList<>();
		classes.stream().sorted((a, b) -> a.getName().compareTo(b.getName())).forEach((type) -> {
			for (CallReference reference : references(type)) {
				String problem = problem(reference, type, registry);
				if (problem != null) {
					problems.add("%s.%s%s calls %s, %s.".formatted(type.getName(), reference.caller(),
							(reference.line() > 0) ? " (line " + reference.line() + ")" : "",
							reference.isLambda() ? reference.kind().description() : reference, problem));
				}
			}
		});
		if (!problems.isEmpty()) {
			throw new UnknownCallException(problems);
		}
	}

	private static List<CallReference> references(Class<?> type) {
		try (InputStream bytes = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (bytes != null) {
				return references(bytes);
			}
		}
		catch (IOException | RuntimeException ex) {
			// Also what the class reader throws at a class file that it does not
			// understand.
			logger.debug("Cannot read the class file of {}: its calls are not verified", type.getName(), ex);
		}
		return List.of();
	}

	/**
	 * The references in a class file to what is to be called.
	 * @param classFile the class file
	 * @return the references in order
	 * @throws IOException if it cannot be read
	 * @throws RuntimeException if it is broken or of a later version that brings what the
	 * class reader does not know
	 */
	static List<CallReference> references(InputStream classFile) throws IOException {
		CallReferenceVisitor visitor = new CallReferenceVisitor();
		new ClassReader(classFile).accept(visitor, ClassReader.SKIP_FRAMES);
		return visitor.references();
	}

	private static @Nullable String problem(CallReference reference, Class<?> caller, DefinitionRegistry registry) {
		if (reference.isLambda()) {
			return "but by a lambda or a reference to a method of an object, which does not name it";
		}
		try {
			ClassLoader loader = caller.getClassLoader();
			Class<?> owner = ClassUtils.forName(reference.owner(), loader);
			Class<?>[] parameters = parameters(reference, loader);
			Method method = ReflectionUtils.findMethod(owner, reference.method().getName(), parameters);
			List<Definition> meant = (method != null) ? meant(reference.kind(), owner, method, registry) : List.of();
			if (meant.size() > 1) {
				return "which may mean any of " + meant.stream().map(CallVerifier::describe).sorted().toList();
			}
			if (!meant.isEmpty()) {
				return null;
			}
			Class<? extends Annotation> annotation = reference.kind().annotation();
			return (method != null && AnnotatedElementUtils.hasAnnotation(method, annotation))
					? "but no bean of this application is a " + owner.getName()
					: "which is not an @" + annotation.getSimpleName();
		}
		catch (ClassNotFoundException | LinkageError ex) {
			logger.debug("Cannot load {}: its call is not verified", reference, ex);
			return null;
		}
	}

	private static List<Definition> meant(CallReference.Kind kind, Class<?> owner, Method method,
			DefinitionRegistry registry) {
		return switch (kind) {
			case ACTIVITY -> registry.activities(owner, method);
			case ORCHESTRATOR -> registry.orchestrators(owner, method);
		};
	}

	private static String describe(Definition definition) {
		return (definition.version() != null) ? definition.name() + " " + definition.version() : definition.name();
	}

	private static Class<?>[] parameters(CallReference reference, @Nullable ClassLoader loader)
			throws ClassNotFoundException {
		Type[] types = Type.getArgumentTypes(reference.method().getDesc());
		Class<?>[] parameters = new Class<?>[types.length];
		for (int i = 0; i < types.length; i++) {
			parameters[i] = ClassUtils.forName(types[i].getClassName(), loader);
		}
		return parameters;
	}

}
