package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import org.springframework.aop.support.AopUtils;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.LockAttributes.Place;

/**
 * Finds annotated methods that callers cannot reach through a proxy.
 */
final class ProxyCheck {

	private ProxyCheck() {
	}

	/**
	 * Checks the annotated methods of a bean.
	 * @param methods the methods
	 * @param proxyClass the class of its proxy
	 * @throws InvalidLockAnnotationException if the proxy has the bean's interfaces only,
	 * and a method that is annotated itself is in none
	 */
	static void check(Collection<LockAttributes> methods, Class<?> proxyClass) {
		if (!Proxy.isProxyClass(proxyClass)) {
			return;
		}
		for (LockAttributes attributes : methods) {
			Method method = attributes.method().method();
			if (attributes.place() == Place.METHOD
					&& !exposed(proxyClass, attributes.method().userClass()).contains(method)) {
				throw new InvalidLockAnnotationException(attributes.method().toString(),
						"is in none of the bean's interfaces, and the bean has a JDK proxy, which knows only those",
						"Add it to an interface, or proxy the class: spring.aop.proxy-target-class=true");
			}
		}
	}

	private static Set<Method> exposed(Class<?> proxyClass, Class<?> userClass) {
		Set<Method> exposed = new HashSet<>();
		for (Class<?> contract : proxyClass.getInterfaces()) {
			for (Method method : contract.getMethods()) {
				exposed.add(method);
				exposed.add(AopUtils.getMostSpecificMethod(method, userClass));
			}
		}
		return exposed;
	}

}
