package io.durablespring.bean;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import io.durablespring.DurableClient;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Collects the references of a class to methods that are to be called. Those that are
 * handed to a {@link DurableClient} are left out: it has a check of its own.
 */
final class CallReferenceVisitor extends ClassVisitor {

	private static final String LAMBDA = "lambda$";

	private static final String CLIENT = Type.getInternalName(DurableClient.class);

	private final List<CallReference> references = new ArrayList<>();

	CallReferenceVisitor() {
		super(SpringAsmInfo.ASM_VERSION);
	}

	List<CallReference> references() {
		return this.references;
	}

	@Override
	public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		if (name.equals("$deserializeLambda$")) {
			// The compiler's: makes every reference of the class once more.
			return null;
		}
		return new Body(sourceName(name));
	}

	// The body of a lambda in method m is compiled as lambda$m$0.
	private static String sourceName(String name) {
		int end = name.lastIndexOf('$');
		return (name.startsWith(LAMBDA) && end > LAMBDA.length()) ? name.substring(LAMBDA.length(), end) : name;
	}

	private final class Body extends MethodVisitor {

		private final String name;

		private int line;

		/** Made, and not handed over yet: the last one first. */
		private final Deque<Made> pending = new ArrayDeque<>();

		Body(String name) {
			super(SpringAsmInfo.ASM_VERSION);
			this.name = name;
		}

		@Override
		public void visitLineNumber(int number, Label start) {
			this.line = number;
		}

		@Override
		public void visitInvokeDynamicInsn(String called, String descriptor, Handle bootstrap, Object... arguments) {
			Type shape = Type.getReturnType(descriptor);
			CallReference.Kind kind = CallReference.kindOf(shape);
			if (kind != null && arguments.length > 1 && arguments[1] instanceof Handle method) {
				this.pending.push(new Made(shape, new CallReference(kind, method,
						Type.getArgumentTypes(descriptor).length > 0, this.name, this.line)));
			}
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String called, String descriptor, boolean isInterface) {
			Type[] parameters = Type.getArgumentTypes(descriptor);
			if (parameters.length > 0 && CallReference.kindOf(parameters[0]) != null) {
				takeOver(parameters[0], owner.equals(CLIENT));
			}
		}

		// Arguments may contain calls of their own, so the last reference of the shape is
		// the one.
		private void takeOver(Type shape, boolean byClient) {
			for (Iterator<Made> all = this.pending.iterator(); all.hasNext();) {
				Made made = all.next();
				if (made.shape().equals(shape)) {
					all.remove();
					if (!byClient) {
						CallReferenceVisitor.this.references.add(made.reference());
					}
					return;
				}
			}
		}

		@Override
		public void visitEnd() {
			this.pending.descendingIterator()
				.forEachRemaining((made) -> CallReferenceVisitor.this.references.add(made.reference()));
		}

	}

	private record Made(Type shape, CallReference reference) {
	}

}
