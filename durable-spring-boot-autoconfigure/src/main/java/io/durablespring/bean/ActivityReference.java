package io.durablespring.bean;

import io.durablespring.ActivityMethod;

import org.springframework.asm.Handle;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * A method reference or lambda, as compiled, where an {@link ActivityMethod} is wanted.
 *
 * @param method what it names
 * @param bound whether it captures anything, such as the object before the double colon
 * @param caller the name of the method it stands in
 * @param line the line it stands in, 0 if unknown
 */
record ActivityReference(Handle method, boolean bound, String caller, int line) {

	private static final String SHAPES = Type.getInternalName(ActivityMethod.class) + "$";

	/**
	 * Whether an instruction makes an activity reference.
	 * @param descriptor the descriptor of an invokedynamic instruction
	 * @param arguments its bootstrap arguments
	 * @return whether it does
	 */
	static boolean isMadeBy(String descriptor, Object[] arguments) {
		Type made = Type.getReturnType(descriptor);
		return made.getSort() == Type.OBJECT && made.getInternalName().startsWith(SHAPES) && arguments.length > 1
				&& arguments[1] instanceof Handle;
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

}
