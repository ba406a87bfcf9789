package io.durablespring.bean;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.durablespring.Activity;
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
 * Finds calls of unknown activities before any instance runs into them. Reads the
 * compiled classes of orchestrators for references such as {@code Payments::charge}; what
 * cannot be read is not checked, and neither are calls by name.
 */
public final class ActivityCallVerifier {

	private static final Logger logger = LoggerFactory.getLogger(ActivityCallVerifier.class);

	/**
	 * Checks the classes of all orchestrators.
	 * @param registry what is registered
	 * @throws UnknownActivityCallException if they call methods that are no activities or
	 * that no bean has
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
			for (ActivityReference reference : references(type)) {
				String problem = problem(reference, type, registry);
				if (problem != null) {
					problems.add("%s.%s%s calls %s, %s.".formatted(type.getName(), reference.caller(),
							(reference.line() > 0) ? " (line " + reference.line() + ")" : "",
							reference.isLambda() ? "an activity" : reference, problem));
				}
			}
		});
		if (!problems.isEmpty()) {
			throw new UnknownActivityCallException(problems);
		}
	}

	private static List<ActivityReference> references(Class<?> type) {
		try (InputStream bytes = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (bytes != null) {
				return references(bytes);
			}
		}
		catch (IOException | RuntimeException ex) {
			// Also what the class reader throws at a class file that it does not
			// understand.
			logger.debug("Cannot read the class file of {}: its activity calls are not verified", type.getName(), ex);
		}
		return List.of();
	}

	/**
	 * The activity references in a class file.
	 * @param classFile the class file
	 * @return the references in order
	 * @throws IOException if it cannot be read
	 * @throws RuntimeException if it is broken or of a later version that brings what the
	 * class reader does not know
	 */
	static List<ActivityReference> references(InputStream classFile) throws IOException {
		ActivityReferenceVisitor visitor = new ActivityReferenceVisitor();
		new ClassReader(classFile).accept(visitor, ClassReader.SKIP_FRAMES);
		return visitor.references();
	}

	private static @Nullable String problem(ActivityReference reference, Class<?> caller, DefinitionRegistry registry) {
		if (reference.isLambda()) {
			return "but by a lambda or a reference to a method of an object, which does not name it";
		}
		try {
			ClassLoader loader = caller.getClassLoader();
			Class<?> owner = ClassUtils.forName(reference.owner(), loader);
			Class<?>[] parameters = parameters(reference, loader);
			Method method = ReflectionUtils.findMethod(owner, reference.method().getName(), parameters);
			Activity annotation = (method != null) ? AnnotatedElementUtils.findMergedAnnotation(method, Activity.class)
					: null;
			List<Definition> meant = (method != null) ? registry.activities(owner, method) : List.of();
			if (meant.size() > 1) {
				return "which may mean any of " + meant.stream().map(Definition::name).sorted().toList();
			}
			if (!meant.isEmpty()) {
				return null;
			}
			return (annotation == null) ? "which is not an @Activity"
					: "but no bean of this application is a " + owner.getName();
		}
		catch (ClassNotFoundException | LinkageError ex) {
			logger.debug("Cannot load {}: its call is not verified", reference, ex);
			return null;
		}
	}

	private static Class<?>[] parameters(ActivityReference reference, @Nullable ClassLoader loader)
			throws ClassNotFoundException {
		Type[] types = Type.getArgumentTypes(reference.method().getDesc());
		Class<?>[] parameters = new Class<?>[types.length];
		for (int i = 0; i < types.length; i++) {
			parameters[i] = ClassUtils.forName(types[i].getClassName(), loader);
		}
		return parameters;
	}

}
