package io.durablespring;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/**
 * Drops what is logged while replaying. Questions such as {@code isDebugEnabled} are
 * answered honestly, for their answer may steer the code.
 */
final class ReplaySafeLogger implements InvocationHandler {

	private final Logger logger;

	private final BooleanSupplier replaying;

	private ReplaySafeLogger(Logger logger, BooleanSupplier replaying) {
		this.logger = logger;
		this.replaying = replaying;
	}

	static Logger wrap(Logger logger, BooleanSupplier replaying) {
		return (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(), new Class<?>[] { Logger.class },
				new ReplaySafeLogger(logger, replaying));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		if (method.getReturnType() == void.class && this.replaying.getAsBoolean()) {
			return null;
		}
		if (method.getReturnType() == LoggingEventBuilder.class && this.replaying.getAsBoolean()) {
			return NOPLoggingEventBuilder.singleton();
		}
		try {
			return method.invoke(this.logger, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
