package io.distributedlock.interceptor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds calls of annotated methods within the same object, which do not pass the bean's
 * proxy and take no lock. Reads the bytecode of the bean's class and its superclasses.
 * Says nothing where a class may know its own proxy, or another object of its type.
 */
final class SelfInvocations {

	private static final Logger logger = LoggerFactory.getLogger(SelfInvocations.class);

	private final Class<?> userClass;

	private final Map<String, AnnotatedMethod> locked = new HashMap<>();

	private final Set<String> hierarchy = new LinkedHashSet<>();

	private final Set<String> found = new LinkedHashSet<>();

	private SelfInvocations(Class<?> userClass, Map<Method, AnnotatedMethod> annotated) {
		this.userClass = userClass;
		Set<Class<?>> types = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(userClass));
		for (Class<?> type = userClass; type != null && type != Object.class; type = type.getSuperclass()) {
			types.add(type);
		}
		for (Class<?> type : types) {
			this.hierarchy.add(Type.getInternalName(type));
			for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
				AnnotatedMethod target = annotated.get(AopUtils.getMostSpecificMethod(method, userClass));
				if (target != null) {
					this.locked.put(method.getName() + Type.getMethodDescriptor(method), target);
				}
			}
		}
	}

	/**
	 * Warns of such calls.
	 * @param userClass the bean's class
	 * @param annotated its annotated methods
	 */
	static void report(Class<?> userClass, Map<Method, AnnotatedMethod> annotated) {
		Collection<String> calls = annotated.isEmpty() ? Set.of() : new SelfInvocations(userClass, annotated).find();
		if (!calls.isEmpty()) {
			logger.warn(
					"{} calls annotated methods of its own object, which takes no lock: {}. "
							+ "Call them from another bean, or through the proxy, injected as ObjectProvider<{}>, "
							+ "or lock within the method with DistributedLocks.call(..)",
					userClass.getName(), String.join(", ", calls), userClass.getSimpleName());
		}
	}

	private Collection<String> find() {
		for (Class<?> type = this.userClass; type != null && type != Object.class; type = type.getSuperclass()) {
			Calls calls = new Calls();
			if (!read(type, calls)) {
				return Set.of();
			}
			if (!calls.mayBeOfAnotherObject) {
				this.found.addAll(calls.described);
			}
		}
		return this.found;
	}

	private static boolean read(Class<?> type, ClassVisitor visitor) {
		try (InputStream bytes = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (bytes == null) {
				return false;
			}
			new ClassReader(bytes).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			return true;
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("{} is not searched for calls of its own annotated methods", type, ex);
			return false;
		}
	}

	/** The calls in one class. */
	private final class Calls extends ClassVisitor {

		private final Set<String> described = new LinkedHashSet<>();

		private boolean mayBeOfAnotherObject;

		Calls() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		@Override
		public @Nullable FieldVisitor visitField(int access, String name, String descriptor, @Nullable String signature,
				@Nullable Object value) {
			note(descriptor, signature);
			return null;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			if ((access & (Opcodes.ACC_STATIC | Opcodes.ACC_BRIDGE)) == 0) {
				note(descriptor, signature);
				return new Body(name, descriptor);
			}
			return null;
		}

		/** Notes what may be another object of the class, or the proxy. */
		private void note(@Nullable String... descriptors) {
			for (String descriptor : descriptors) {
				this.mayBeOfAnotherObject |= descriptor != null && SelfInvocations.this.hierarchy.stream()
					.anyMatch((type) -> descriptor.contains("L" + type + ";"));
			}
		}

		/** One method of the class, or one lambda in it. */
		private final class Body extends MethodVisitor {

			private final String name;

			private final String signature;

			Body(String name, String descriptor) {
				super(SpringAsmInfo.ASM_VERSION);
				this.name = name;
				this.signature = name + descriptor;
			}

			@Override
			public void visitTypeInsn(int opcode, String type) {
				note(Type.getObjectType(type).getDescriptor());
			}

			@Override
			public void visitLdcInsn(Object value) {
				note(value.toString());
			}

			@Override
			public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
				note(descriptor);
			}

			@Override
			public void visitMethodInsn(int opcode, String owner, String method, String descriptor,
					boolean isInterface) {
				note(Type.getReturnType(descriptor).getDescriptor());
				if (opcode != Opcodes.INVOKESTATIC) {
					call(owner, method + descriptor);
				}
			}

			@Override
			public void visitInvokeDynamicInsn(String method, String descriptor, Handle bootstrap,
					Object... arguments) {
				for (Object argument : arguments) {
					// "this::capture" takes the object along, "Account::capture" does
					// not.
					if (argument instanceof Handle handle && Type.getArgumentCount(descriptor) > 0) {
						call(handle.getOwner(), handle.getName() + handle.getDesc());
					}
				}
			}

			private void call(String owner, String called) {
				AnnotatedMethod callee = SelfInvocations.this.locked.get(called);
				if (callee == null || !SelfInvocations.this.hierarchy.contains(owner)) {
					return;
				}
				AnnotatedMethod caller = SelfInvocations.this.locked.get(this.signature);
				if (caller == null || !joins(caller, callee)) {
					Calls.this.described.add(displayName() + "() calls " + callee.method().method().getName()
							+ callee.method().simpleParameterTypes());
				}
			}

			/**
			 * Whether the lock of the caller is, as far as is seen, that of the callee.
			 */
			private boolean joins(AnnotatedMethod caller, AnnotatedMethod callee) {
				String key = callee.annotation().key();
				return caller.equals(callee) || (!key.isEmpty() && key.equals(caller.annotation().key())
						&& callee.annotation().provider().equals(caller.annotation().provider()));
			}

			private String displayName() {
				String[] parts = this.name.split("\\$", -1);
				return (parts.length > 2 && parts[0].equals("lambda")) ? parts[1]
						: this.name.equals("<init>") ? SelfInvocations.this.userClass.getSimpleName() : this.name;
			}

		}

	}

}
