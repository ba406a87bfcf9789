package io.durablespring.bean;

import java.lang.annotation.Annotation;

import io.durablespring.Activity;
import io.durablespring.ActivityMethod;
import io.durablespring.Orchestrator;
import io.durablespring.OrchestratorMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.Handle;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * A method reference or lambda, as compiled, where a method to call is wanted.
 *
 * @param kind what is wanted
 * @param method what it names
 * @param bound whether it captures anything, such as the object before the double colon
 * @param caller the name of the method it stands in
 * @param line the line it stands in, 0 if unknown
 */
record CallReference(Kind kind, Handle method, boolean bound, String caller, int line) {

	/**
	 * Finds out what a type stands for.
	 * @param type the type of a value
	 * @return what is wanted where a value of the type is, {@code null} for anything else
	 */
	static @Nullable Kind kindOf(Type type) {
		if (type.getSort() == Type.OBJECT) {
			for (Kind kind : Kind.values()) {
				if (type.getInternalName().startsWith(kind.shapes)) {
					return kind;
				}
			}
		}
		return null;
	}

	boolean isLambda() {
		return this.bound || this.method.getName().startsWith("lambda$")
				|| this.method.getTag() == Opcodes.H_NEWINVOKESPECIAL;
	}

	String owner() {
		return Type.getObjectType(this.method.getOwner()).getClassName();
	}

	@Override
	public String toString() {
		String owner = owner();
		return owner.substring(Math.max(owner.lastIndexOf('.'), owner.lastIndexOf('$')) + 1) + "::"
				+ this.method.getName();
	}

	/**
	 * What may be called.
	 */
	enum Kind {

		ACTIVITY(ActivityMethod.class, Activity.class, "an activity"),

		ORCHESTRATOR(OrchestratorMethod.class, Orchestrator.class, "an orchestrator");

		private final String shapes;

		private final Class<? extends Annotation> annotation;

		private final String description;

		Kind(Class<?> shapes, Class<? extends Annotation> annotation, String description) {
			this.shapes = Type.getInternalName(shapes) + "$";
			this.annotation = annotation;
			this.description = description;
		}

		Class<? extends Annotation> annotation() {
			return this.annotation;
		}

		String description() {
			return this.description;
		}

	}

}
