package io.durablespring.engine;

import java.io.Serializable;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.List;

/**
 * The method behind a method reference.
 *
 * @param type the class or interface that the reference names
 * @param method the method
 */
public record MethodReference(Class<?> type, Method method) {

	/**
	 * Reads a method reference.
	 * @param reference a serialisable method reference such as {@code Payments::charge}
	 * @return the method it names
	 * @throws IllegalArgumentException if it is a lambda or anything else
	 */
	public static MethodReference of(Serializable reference) {
		SerializedLambda lambda = serializedForm(reference);
		if (lambda.getImplMethodName().startsWith("lambda$") || lambda.getCapturedArgCount() > 0) {
			throw new IllegalArgumentException(
					"Expected a reference to a method such as Payments::charge, but got a lambda or a reference bound to an object, in "
							+ lambda.getCapturingClass().replace('/', '.')
							+ ". Write the class before the double colon, or use the name.");
		}
		ClassLoader loader = reference.getClass().getClassLoader();
		try {
			Class<?> type = Class.forName(lambda.getImplClass().replace('/', '.'), false, loader);
			MethodType signature = MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader);
			return new MethodReference(type, find(type, lambda.getImplMethodName(), signature));
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalArgumentException("Cannot load the class of the method reference", ex);
		}
	}

	private static SerializedLambda serializedForm(Serializable reference) {
		try {
			// The compiler gives every serialisable lambda this method (see
			// SerializedLambda).
			Method writeReplace = reference.getClass().getDeclaredMethod("writeReplace");
			writeReplace.setAccessible(true);
			if (writeReplace.invoke(reference) instanceof SerializedLambda lambda) {
				return lambda;
			}
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			throw new IllegalArgumentException("Expected a reference to a method such as Payments::charge, but got a "
					+ reference.getClass().getName(), ex);
		}
		throw new IllegalArgumentException("Expected a reference to a method such as Payments::charge, but got a "
				+ reference.getClass().getName());
	}

	private static Method find(Class<?> type, String name, MethodType signature) {
		for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
			for (Method method : declaring.getDeclaredMethods()) {
				if (matches(method, name, signature)) {
					return method;
				}
			}
		}
		for (Method method : type.getMethods()) {
			if (matches(method, name, signature)) {
				return method;
			}
		}
		throw new IllegalArgumentException("There is no method " + name + signature + " in " + type.getName());
	}

	private static boolean matches(Method method, String name, MethodType signature) {
		return method.getName().equals(name) && method.getReturnType() == signature.returnType()
				&& signature.parameterList().equals(List.of(method.getParameterTypes()));
	}

	@Override
	public String toString() {
		return this.type.getSimpleName() + "::" + this.method.getName();
	}

}
