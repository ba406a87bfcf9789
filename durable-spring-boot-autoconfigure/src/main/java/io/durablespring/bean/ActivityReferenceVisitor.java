package io.durablespring.bean;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Collects the activity references of a class.
 */
final class ActivityReferenceVisitor extends ClassVisitor {

	private static final String LAMBDA = "lambda$";

	private final List<ActivityReference> references = new ArrayList<>();

	ActivityReferenceVisitor() {
		super(SpringAsmInfo.ASM_VERSION);
	}

	List<ActivityReference> references() {
		return this.references;
	}

	@Override
	public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		if (name.equals("$deserializeLambda$")) {
			// The compiler's: makes every reference of the class once more.
			return null;
		}
		return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

			private int line;

			@Override
			public void visitLineNumber(int number, Label start) {
				this.line = number;
			}

			@Override
			public void visitInvokeDynamicInsn(String called, String shape, Handle bootstrap, Object... arguments) {
				if (ActivityReference.isMadeBy(shape, arguments)) {
					ActivityReferenceVisitor.this.references.add(new ActivityReference((Handle) arguments[1],
							Type.getArgumentTypes(shape).length > 0, sourceName(name), this.line));
				}
			}

		};
	}

	// The body of a lambda in method m is compiled as lambda$m$0.
	private static String sourceName(String name) {
		int end = name.lastIndexOf('$');
		return (name.startsWith(LAMBDA) && end > LAMBDA.length()) ? name.substring(LAMBDA.length(), end) : name;
	}

}
