package io.durablespring.bean;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.durablespring.Activity;
import io.durablespring.Orchestrator;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DuplicateNameException;
import io.durablespring.runtime.InvalidDefinitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Registers every {@link Orchestrator} and {@link Activity} method of every bean, once
 * all singletons exist. Annotations may be composed, inherited, or stand on an interface.
 * No bean is created for it. Calls go through the bean's proxy, so that what it adds,
 * such as a transaction, applies.
 */
public final class AnnotatedMethodRegistrar implements SmartInitializingSingleton {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(Orchestrator.class, Activity.class);

	private static final Logger logger = LoggerFactory.getLogger(AnnotatedMethodRegistrar.class);

	private final ConfigurableListableBeanFactory beans;

	private final DefinitionRegistry registry;

	private final @Nullable CallVerifier verifier;

	private final Predicate<String> isStoresTransactionManager;

	/**
	 * Creates a registrar.
	 * @param beans where beans come from
	 * @param registry where methods go
	 * @param verifier checks what was registered; {@code null} to leave that out
	 * @param isStoresTransactionManager whether a qualifier, empty for the default, names
	 * the transaction manager of the store: activities join only that one's transactions
	 */
	public AnnotatedMethodRegistrar(ConfigurableListableBeanFactory beans, DefinitionRegistry registry,
			@Nullable CallVerifier verifier, Predicate<String> isStoresTransactionManager) {
		this.beans = beans;
		this.registry = registry;
		this.verifier = verifier;
		this.isStoresTransactionManager = isStoresTransactionManager;
	}

	/**
	 * Registers all methods.
	 * @throws InvalidDefinitionException if a method cannot be an orchestrator or
	 * activity
	 * @throws DuplicateNameException if two methods claim one name and version
	 * @throws UnknownCallException if an orchestrator calls what is neither activity nor
	 * orchestrator
	 */
	@Override
	public void afterSingletonsInstantiated() {
		for (String beanName : this.beans.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				Class<?> type = targetClass(beanName);
				if (type != null && mayBeAnnotated(type)) {
					register(beanName, type);
				}
			}
		}
		if (this.verifier != null) {
			this.verifier.verify(this.registry);
		}
	}

	private @Nullable Class<?> targetClass(String beanName) {
		try {
			Class<?> type = AutoProxyUtils.determineTargetClass(this.beans, beanName);
			if (type != null && ScopedObject.class.isAssignableFrom(type)) {
				Class<?> scoped = AutoProxyUtils.determineTargetClass(this.beans,
						ScopedProxyUtils.getTargetBeanName(beanName));
				type = (scoped != null) ? scoped : type;
			}
			return type;
		}
		catch (RuntimeException | LinkageError ex) {
			// A bean whose type is unknown until it is created has never been ours.
			logger.debug("Cannot find the type of bean '{}': it is not searched for orchestrators and activities",
					beanName, ex);
			return null;
		}
	}

	private static boolean mayBeAnnotated(Class<?> type) {
		// Most beans of a small application are the framework's own.
		boolean framework = type.getName().startsWith("org.springframework.")
				&& !AnnotatedElementUtils.isAnnotated(ClassUtils.getUserClass(type), Component.class);
		return !framework && AnnotationUtils.isCandidateClass(type, ANNOTATIONS);
	}

	private void register(String beanName, Class<?> type) {
		Class<?> beanType = ClassUtils.getUserClass(type);
		Map<Method, Orchestrator> orchestrators = MethodIntrospector.selectMethods(beanType,
				(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, Orchestrator.class));
		Map<Method, Activity> activities = MethodIntrospector.selectMethods(beanType,
				(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, Activity.class));
		orchestrators.forEach((method, annotation) -> {
			if (activities.containsKey(method)) {
				throw new InvalidDefinitionException(method, "is both an @Orchestrator and an @Activity",
						"Take one of the annotations away: orchestrators decide, activities do the work.");
			}
			TransactionalAnnotations.reject(method, beanType);
			this.registry.addOrchestrator(annotation, beanType, method, invoker(beanName, method));
		});
		activities.forEach((method, annotation) -> this.registry.addActivity(annotation, beanType, method,
				invoker(beanName, method),
				TransactionalAnnotations.joinedBy(method, beanType, this.isStoresTransactionManager)));
	}

	private Definition.Invoker invoker(String beanName, Method method) {
		BeanMethodInvoker invoker = new BeanMethodInvoker(this.beans, beanName, method);
		invoker.check();
		return invoker;
	}

}
