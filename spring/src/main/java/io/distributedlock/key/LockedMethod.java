package io.distributedlock.key;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * A method of a bean.
 *
 * @param method the most specific method, no bridge
 * @param userClass the bean's class as written by the user
 */
public record LockedMethod(Method method, Class<?> userClass) {

	/**
	 * Returns the name that meters and logs use.
	 * @return {@code <SimpleClass>.<method>}
	 */
	public String simpleName() {
		Class<?> written = hasGeneratedClass()
				? ClassUtils.getInterfaceMethodIfPossible(this.method, this.userClass).getDeclaringClass()
				: this.userClass;
		String qualified = written.getName();
		String simple = written.getSimpleName();
		String type = !simple.isEmpty() ? simple : qualified.substring(qualified.lastIndexOf('.') + 1);
		return type + "." + this.method.getName();
	}

	/**
	 * Returns the parameters as the source has them: Kotlin's compiler adds one to
	 * suspending functions.
	 * @return their types
	 */
	public List<Class<?>> parameterTypes() {
		int added = isSuspending() ? 1 : 0;
		return Arrays.asList(this.method.getParameterTypes()).subList(0, this.method.getParameterCount() - added);
	}

	/**
	 * Returns whether the method is a suspending function of Kotlin.
	 * @return {@code true} if it returns before its work is done, which is that of its
	 * continuation
	 */
	public boolean isSuspending() {
		return KotlinDetector.isSuspendingFunction(this.method);
	}

	/**
	 * Returns what tells overloads apart.
	 * @return {@code (<simple parameter types>)}
	 */
	public String simpleParameterTypes() {
		return parameterTypes().stream().map(Class::getSimpleName).collect(Collectors.joining(",", "(", ")"));
	}

	/**
	 * Returns the name that is the same on every node.
	 * @return {@code <user class FQCN>.<method>}
	 */
	public String qualifiedName() {
		return this.userClass.getName() + "." + this.method.getName();
	}

	/**
	 * Returns whether the class was made at run time, so that its name differs between
	 * nodes.
	 * @return {@code true} for lambdas and JDK proxies
	 */
	public boolean hasGeneratedClass() {
		return this.userClass.isHidden() || Proxy.isProxyClass(this.userClass);
	}

	/**
	 * Returns what messages call the method.
	 * @return {@code <user class FQCN>.<method>(<simple parameter types>)}
	 */
	@Override
	public String toString() {
		return qualifiedName() + simpleParameterTypes();
	}

}
