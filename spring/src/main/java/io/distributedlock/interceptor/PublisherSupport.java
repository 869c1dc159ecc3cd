package io.distributedlock.interceptor;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockedMethod;

import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What there is on the class path to lock publishers with.
 */
final class PublisherSupport {

	private static final boolean REACTOR = isPresent("reactor.core.publisher.Flux");

	private static final boolean COROUTINES = isPresent("kotlinx.coroutines.reactor.MonoKt");

	private PublisherSupport() {
	}

	/**
	 * Finds the style of a method that returns a publisher, or suspends.
	 * @param method the method
	 * @param type the type of its result
	 * @return how to run its calls
	 * @throws InvalidLockAnnotationException if something is missing to do so
	 */
	static CallStyle style(LockedMethod method, Class<?> type) {
		if (!COROUTINES && (method.isSuspending() || ReturnTypes.isKotlinFlow(type))) {
			throw missing(method, method.isSuspending() ? "suspends" : "returns " + type.getName(),
					"org.jetbrains.kotlinx:kotlinx-coroutines-reactor");
		}
		if (!REACTOR) {
			throw missing(method, "returns " + type.getName(), "io.projectreactor:reactor-core");
		}
		ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
		ReactiveAdapter adapter = registry.getAdapter(method.isSuspending() ? asSeenByProxies(method) : type);
		if (adapter == null || !(method.isSuspending() || type.isAssignableFrom(adapter.getReactiveType()))) {
			throw CallStyle.unobservable(method, type);
		}
		return new PublisherCalls(adapter);
	}

	/** What a proxy makes of a suspending function. */
	private static Class<?> asSeenByProxies(LockedMethod method) {
		Class<?> declared = new MethodParameter(method.method(), -1).getParameterType();
		return ReturnTypes.isKotlinFlow(declared) ? Flux.class : Mono.class;
	}

	private static InvalidLockAnnotationException missing(LockedMethod method, String what, String dependency) {
		return new InvalidLockAnnotationException(method.toString(),
				what + ", and what observes its end is not on the class path", "Add " + dependency);
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, PublisherSupport.class.getClassLoader());
	}

}
