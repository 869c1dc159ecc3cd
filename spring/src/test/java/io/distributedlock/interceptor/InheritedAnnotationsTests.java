package io.distributedlock.interceptor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Annotations that stand elsewhere than on the method called.
 */
class InheritedAnnotationsTests {

	@Test
	void namesOfOverloadsStayDistinctOnALockedType() {
		try (LockedContext context = LockedContext.of(LockedType.class)) {
			LockedType bean = context.get(LockedType.class);
			bean.run();
			assertThat(context.locks.last().name()).isEqualTo("LockedType.run()");
			bean.run("a");
			assertThat(context.locks.last().name()).isEqualTo("LockedType.run(String)");
			bean.inherited();
			assertThat(context.locks.last().name()).isEqualTo("LockedType.inherited");
		}
	}

	@Test
	void namesOfOverloadsStayDistinctIfOneIsInherited() {
		try (LockedContext context = LockedContext.of(AddsAnOverload.class)) {
			AddsAnOverload bean = context.get(AddsAnOverload.class);
			bean.run();
			assertThat(context.locks.last()).isEqualTo(LockRequest.of("base").withName("AddsAnOverload.run()"));
			bean.run(1);
			assertThat(context.locks.last()).isEqualTo(LockRequest.of("added").withName("AddsAnOverload.run(int)"));
		}
	}

	@Test
	void genericMethodThatIsOverriddenHasOneName() {
		try (LockedContext context = LockedContext.of(StringImport.class)) {
			Import<String> bean = context.get(StringImport.class);
			bean.load("a");
			assertThat(context.locks.last()).isEqualTo(LockRequest.of("import:a").withName("StringImport.load"));
		}
	}

	@Test
	void annotationOfTheOverridingMethodWins() {
		try (LockedContext context = LockedContext.of(Overriding.class)) {
			((Base) context.get(Overriding.class)).run();
			assertThat(context.locks.last().key()).isEqualTo("mine");
		}
	}

	@Test
	void defaultMethodOfAnInterfaceIsLocked() {
		try (LockedContext context = LockedContext.of(HasDefault.class)) {
			Defaults bean = context.get(Defaults.class);
			assertThat(AopUtils.isJdkDynamicProxy(bean)).isTrue();
			assertThat(bean.greet("a")).isEqualTo("hello a");
			assertThat(context.locks.last()).isEqualTo(LockRequest.of("greet:a").withName("HasDefault.greet"));
		}
	}

	@Test
	void annotationOnAnInterfaceLocksTheMethodsOfItsBeans() {
		try (LockedContext context = LockedContext.of(LockedByContract.class)) {
			context.get(LockedContract.class).run();
			assertThat(context.locks.last())
				.isEqualTo(LockRequest.of(LockedByContract.class.getName() + ".run").withName("LockedByContract.run"));
		}
	}

	@Test
	void composedAnnotationOnATypeLocksItsMethods() {
		try (LockedContext context = LockedContext.of(ComposedType.class)) {
			context.get(ComposedType.class).run();
			assertThat(context.locks.last()).isEqualTo(LockRequest.of("nightly")
				.withName("ComposedType.run")
				.withTtl(Duration.ofMinutes(5))
				.withOnLeaseLost(OnLeaseLost.INTERRUPT)
				.withProvider("redis"));
		}
	}

	@Test
	void composedAnnotationNamesTheFallbackOfEachClassThatHasIt() {
		try (LockedContext context = LockedContext.of(WithFallback.class)) {
			context.locks.holdElsewhere("a");
			assertThat(context.get(WithFallback.class).load()).isEqualTo("instead");
		}
	}

	@Test
	void attributesOfAComposedAnnotationCanBeOverridden() {
		try (LockedContext context = LockedContext.of(ThrowsInstead.class)) {
			context.locks.holdElsewhere("b");
			assertThatExceptionOfType(LockNotAcquiredException.class)
				.isThrownBy(() -> context.get(ThrowsInstead.class).load());
		}
	}

	@Test
	void beanThatIsAProxyItselfIsLockedByItsInterface() {
		ProxyFactory repository = new ProxyFactory(Repository.class, (MethodInterceptor) (invocation) -> null);
		repository.setTarget(new SimpleStore());
		try (LockedContext context = LockedContext.of((beans) -> beans.registerBean("repository", Repository.class,
				() -> (Repository) repository.getProxy()))) {
			context.get(Repository.class).save("a");
			assertThat(context.locks.last()).isEqualTo(LockRequest.of("save:a").withName("Repository.save"));
		}
	}

	static class LockedTypeBase {

		public void inherited() {
		}

	}

	@DistributedLock("type")
	static class LockedType extends LockedTypeBase {

		public void run() {
		}

		public void run(String text) {
		}

	}

	static class Base {

		@DistributedLock("base")
		public void run() {
		}

	}

	static class AddsAnOverload extends Base {

		@DistributedLock("added")
		public void run(int number) {
		}

	}

	static class Overriding extends Base {

		@Override
		@DistributedLock("mine")
		public void run() {
		}

	}

	abstract static class Import<T> {

		@DistributedLock("import:#{#item}")
		public abstract void load(T item);

	}

	static class StringImport extends Import<String> {

		@Override
		public void load(String item) {
		}

	}

	interface Defaults {

		@DistributedLock("greet:#{#name}")
		default String greet(String name) {
			return "hello " + name;
		}

	}

	static class HasDefault implements Defaults {

	}

	@DistributedLock
	interface LockedContract {

		void run();

	}

	static class LockedByContract implements LockedContract {

		@Override
		public void run() {
		}

	}

	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(key = "nightly", ttl = "5m", onLeaseLost = OnLeaseLost.INTERRUPT)
	@interface Nightly {

		@AliasFor(annotation = DistributedLock.class, attribute = "provider")
		String on();

	}

	@Nightly(on = "redis")
	static class ComposedType {

		public void run() {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(onContention = OnContention.FALLBACK)
	@interface OrElse {

		@AliasFor(annotation = DistributedLock.class, attribute = "key")
		String key();

		@AliasFor(annotation = DistributedLock.class, attribute = "fallback")
		String method() default "instead";

		@AliasFor(annotation = DistributedLock.class, attribute = "onContention")
		OnContention otherwise() default OnContention.FALLBACK;

	}

	static class WithFallback {

		@OrElse(key = "a")
		public String load() {
			return "loaded";
		}

		String instead() {
			return "instead";
		}

	}

	static class ThrowsInstead {

		@OrElse(key = "b", method = "", otherwise = OnContention.THROW)
		public String load() {
			return "loaded";
		}

	}

	/** As repositories are made: its target does not implement it. */
	interface Repository {

		@DistributedLock("save:#{#p0}")
		void save(String entity);

	}

	static class SimpleStore {

	}

}
