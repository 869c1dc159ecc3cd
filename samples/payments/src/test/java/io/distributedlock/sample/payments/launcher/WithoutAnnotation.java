package io.distributedlock.sample.payments.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * The service as it would be had nobody written {@code @DistributedLock} on the capture:
 * its compiled class without the annotation, and all else the same.
 */
final class WithoutAnnotation {

	private static final String SERVICE = "io/distributedlock/sample/payments/PaymentService.class";

	private static final String ANNOTATION = Type.getDescriptor(DistributedLock.class);

	private WithoutAnnotation() {
	}

	/**
	 * Returns the class path of this process, with the changed class before the others.
	 * @param folder where to put the changed class
	 * @return the class path
	 */
	static String classPath(Path folder) {
		Path classes = folder.resolve("classes");
		Path service = classes.resolve(SERVICE);
		try {
			Files.createDirectories(service.getParent());
			Files.write(service, serviceWithoutAnnotation());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return classes + File.pathSeparator + System.getProperty("java.class.path");
	}

	private static byte[] serviceWithoutAnnotation() throws IOException {
		try (InputStream original = ClassLoader.getSystemResourceAsStream(SERVICE)) {
			if (original == null) {
				throw new IllegalStateException(SERVICE + " is not on the class path");
			}
			ClassWriter writer = new ClassWriter(0);
			Remover remover = new Remover(writer);
			new ClassReader(original).accept(remover, 0);
			if (!remover.removed) {
				throw new IllegalStateException("No method of " + SERVICE + " has the annotation");
			}
			return writer.toByteArray();
		}
	}

	private static final class Remover extends ClassVisitor {

		private boolean removed;

		private Remover(ClassVisitor next) {
			super(Opcodes.ASM9, next);
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
			return new MethodVisitor(Opcodes.ASM9, next) {
				@Override
				public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
					if (annotation.equals(ANNOTATION)) {
						Remover.this.removed = true;
						return null;
					}
					return super.visitAnnotation(annotation, visible);
				}
			};
		}

	}

}
