package io.distributedlock.interceptor;

import java.lang.reflect.Method;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Recognizes what a test puts in a bean's place. A mock may have the bean's class and
 * never has a proxy, but nothing in it to lock either.
 */
public final class Mocks {

	private Mocks() {
	}

	/**
	 * Returns whether a bean is a mock.
	 * @param bean the bean
	 * @return whether Mockito made it
	 */
	public static boolean isMock(Object bean) {
		ClassLoader classLoader = Mocks.class.getClassLoader();
		if (!ClassUtils.isPresent("org.mockito.Mockito", classLoader)) {
			return false;
		}
		Class<?> mockito = ClassUtils.resolveClassName("org.mockito.Mockito", classLoader);
		Class<?> details = ClassUtils.resolveClassName("org.mockito.MockingDetails", classLoader);
		Object detailsOfBean = ReflectionUtils.invokeMethod(method(mockito, "mockingDetails", Object.class), null,
				bean);
		return Boolean.TRUE.equals(ReflectionUtils.invokeMethod(method(details, "isMock"), detailsOfBean));
	}

	private static Method method(Class<?> type, String name, Class<?>... parameterTypes) {
		return ClassUtils.getMethod(type, name, parameterTypes);
	}

}
