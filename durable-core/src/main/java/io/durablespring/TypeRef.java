package io.durablespring;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Captures a generic type: {@code new TypeRef<List<Order>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {

	private final Type type;

	/**
	 * Captures the type argument of the subclass.
	 * @throws IllegalStateException if the subclass leaves it out
	 */
	protected TypeRef() {
		if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
			throw new IllegalStateException("TypeRef needs a type argument: new TypeRef<List<Order>>() {}");
		}
		this.type = parameterized.getActualTypeArguments()[0];
	}

	/**
	 * The captured type.
	 * @return the type, generic arguments included
	 */
	public final Type type() {
		return this.type;
	}

	@Override
	public final String toString() {
		return this.type.getTypeName();
	}

}
