package io.durablespring.bean;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;

import org.springframework.core.ResolvableType;

/**
 * What the types of a bean's methods are where a generic superclass or interface declares
 * them.
 */
public final class DeclaredTypes {

	private DeclaredTypes() {
	}

	/**
	 * Replaces the type variables in a method's generic type.
	 * @param type the type of a parameter or result, as declared
	 * @param method the method that declares it
	 * @param beanType the bean's class, which says what the variables stand for
	 * @return the type, generic arguments included; a variable that stands for nothing in
	 * particular becomes its bound
	 */
	public static Type resolve(Type type, Method method, Class<?> beanType) {
		ResolvableType declaring = ResolvableType.forClass(beanType).as(method.getDeclaringClass());
		return (type instanceof Class<?>) ? type : resolve(ResolvableType.forType(type, declaring)).getType();
	}

	private static ResolvableType resolve(ResolvableType type) {
		if (type.isArray()) {
			return ResolvableType.forArrayComponent(resolve(type.getComponentType()));
		}
		Class<?> known = type.resolve(Object.class);
		ResolvableType[] arguments = Arrays.stream(type.getGenerics())
			.map((argument) -> resolve(argument))
			.toArray(ResolvableType[]::new);
		return (arguments.length == 0) ? ResolvableType.forClass(known)
				: ResolvableType.forClassWithGenerics(known, arguments);
	}

}
