package io.durablespring.bean;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.UndeclaredThrowableException;

import io.durablespring.PayloadException;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.InvalidDefinitionException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Invokes a method of a bean, through its proxy. A singleton is looked up once, any other
 * bean for each call. Thread-safe.
 */
final class BeanMethodInvoker implements Definition.Invoker {

	private final ConfigurableListableBeanFactory beans;

	private final String beanName;

	private final Method method;

	// Bean and method belong together: they change in one write.
	private volatile @Nullable Target target;

	BeanMethodInvoker(ConfigurableListableBeanFactory beans, String beanName, Method method) {
		this.beans = beans;
		this.beanName = beanName;
		this.method = method;
	}

	/**
	 * Fails if the bean exists and its proxy does not have the method. What does not
	 * exist yet is checked when it is called.
	 */
	void check() {
		if (this.beans.containsSingleton(this.beanName) && this.beans.isSingleton(this.beanName)) {
			target();
		}
	}

	@Override
	public @Nullable Object invoke(@Nullable Object... arguments) throws Throwable {
		checkPrimitives(arguments);
		Target to = target();
		try {
			return to.method().invoke(to.bean(), arguments);
		}
		catch (InvocationTargetException ex) {
			Throwable failure = ex.getTargetException();
			// A proxy wraps what the method throws without declaring it.
			throw (failure instanceof UndeclaredThrowableException undeclared && undeclared.getCause() != null
					&& AopUtils.isAopProxy(to.bean())) ? undeclared.getCause() : failure;
		}
	}

	private void checkPrimitives(@Nullable Object[] arguments) {
		Class<?>[] types = this.method.getParameterTypes();
		for (int i = 0; i < types.length && i < arguments.length; i++) {
			if (arguments[i] == null && types[i].isPrimitive()) {
				throw new PayloadException("%s.%s takes a %s but got no input. Pass a value, or let it take an object."
					.formatted(this.method.getDeclaringClass().getName(), this.method.getName(), types[i]));
			}
		}
	}

	private Target target() {
		Target known = this.target;
		if (known != null) {
			return known;
		}
		Object bean = this.beans.getBean(this.beanName);
		Target found = new Target(bean, invocable(bean));
		if (this.beans.isSingleton(this.beanName)) {
			this.target = found;
		}
		return found;
	}

	private Method invocable(Object bean) {
		Method invocable;
		try {
			invocable = AopUtils.selectInvocableMethod(this.method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw unreachable(bean);
		}
		if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(invocable.getModifiers())) {
			throw new InvalidDefinitionException(this.method,
					"is final, so that the proxy of bean '" + this.beanName + "' cannot pass it on",
					"Take 'final' away from the method.");
		}
		ReflectionUtils.makeAccessible(invocable);
		return invocable;
	}

	private InvalidDefinitionException unreachable(Object bean) {
		if (AopUtils.isJdkDynamicProxy(bean)) {
			return new InvalidDefinitionException(this.method,
					"is not in any interface of bean '" + this.beanName + "', whose proxy has nothing but interfaces",
					"Declare the method in an interface of the bean, or have the class proxied: proxyTargetClass=true.");
		}
		return new InvalidDefinitionException(this.method,
				"is private, so that the proxy of bean '" + this.beanName + "' cannot pass it on",
				"Make the method at least package-private.");
	}

	private record Target(Object bean, Method method) {
	}

}
