package io.distributedlock.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.annotation.OnContention;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StartupCheckTests {

	/** Each mistake with what the message says: what is wrong, and what to do. */
	static final Supplier<Stream<Arguments>> MISTAKES = () -> Stream
		.of(Arguments.of(UnparsableKey.class, "key = \"'order:' + \" is no valid expression", "template"),
				Arguments.of(UnknownName.class, "key = \"#order\" refers to the unknown name #order", "#id"),
				Arguments.of(ForgottenHash.class, "key = \"id\" is a literal", "write \"#id\""),
				Arguments.of(UnresolvablePlaceholder.class, "key = \"${no.such.property}\" has a placeholder",
						"Set the property"),
				Arguments.of(TemplateWithUnresolvablePlaceholder.class, "has a placeholder", "no.such.property"),
				Arguments.of(KeyAndValue.class, "contradicts itself", "Set either key or value"),
				Arguments.of(TwoLocks.class, "is there more than once", "one lock"),
				Arguments.of(OverloadsWithoutKey.class, "key = \"\" is left out on several methods", "Give each a key"),
				Arguments.of(TypeWithOverloads.class, "key = \"\" is left out on several methods", "Give each a key"),
				Arguments.of(BlankName.class, "name = \" \" is blank", "Leave it out"),
				Arguments.of(PlainNumber.class, "ttl = \"30\" has no unit", "\"30s\""),
				Arguments.of(PlainNumberBehindPlaceholder.class, "ttl = \"${plain:30}\" = \"30\" has no unit",
						"\"30s\""),
				Arguments.of(NoDuration.class, "waitTime = \"soon\" is no duration", "\"30s\""),
				Arguments.of(EmptyDuration.class, "waitTime = \"()\" is no duration", "\"30s\""),
				Arguments.of(DurationWithUnresolvablePlaceholder.class,
						"ttl = \"${no.such.property}\" has a placeholder", "Set the property"),
				Arguments.of(ZeroTtl.class, "ttl = \"0s\" is out of range", "between PT0.001S and"),
				Arguments.of(NegativeTtl.class, "ttl = \"-1s\" is out of range", "between PT0.001S and"),
				Arguments.of(NegativeWaitTime.class, "waitTime = \"-1s\" is out of range", "between PT0S and"),
				Arguments.of(NegativeMinHold.class, "minHold = \"-1s\" is out of range", "between PT0S and"),
				Arguments.of(ZeroMaxHold.class, "maxHold = \"0s\" is out of range", "between PT0.001S and"),
				Arguments.of(MinHoldAboveTtl.class, "minHold = \"PT10S\" is longer than the ttl", "renewal to AUTO"),
				Arguments.of(MaxHoldAboveTtl.class, "maxHold = \"PT10S\" is longer than the ttl", "renewal to AUTO"),
				Arguments.of(MinHoldAboveDefaultTtl.class, "is longer than the ttl, which is not renewed (PT30S)",
						"lengthen the ttl"),
				Arguments.of(MinHoldAboveMaxHold.class, "minHold = \"PT10S\" is longer than the maxHold",
						"lengthen maxHold"),
				Arguments.of(SkippedPrimitive.class, "onContention = \"SKIP\" skips the method",
						"set onContention to THROW"),
				Arguments.of(ScheduledPrimitive.class, "onContention = \"DEFAULT\" skips the method",
						"set onContention to THROW"),
				Arguments.of(FinalMethod.class, "final method", "Remove final"),
				Arguments.of(FinalMethodOfLockedType.class, "final method", "Remove final"),
				Arguments.of(FinalMethodOfLockedSuperclass.class, "final method", "Remove final"),
				Arguments.of(FinalMethodOfLockedContract.class, "final method", "Remove final"),
				Arguments.of(OwnAnnotationOnInheritedFinalMethod.class, "final method", "Remove final"),
				Arguments.of(OnlyInheritedFinalMethods.class, "locks nothing", "Annotate a method"),
				Arguments.of(PrivateMethod.class, "private method", "Make it public"),
				Arguments.of(InheritedPrivateMethod.class, "private method", "Make it public"),
				Arguments.of(StaticMethod.class, "static method", "instance method"),
				Arguments.of(InterruptOnFuture.class,
						"onLeaseLost = \"INTERRUPT\" interrupts the thread that does the work",
						"Set it to THROW or IGNORE"),
				Arguments.of(ReturnsFuture.class, "returns java.util.concurrent.Future", "CompletableFuture"),
				Arguments.of(ReturnsGenericFuture.class, "returns java.util.concurrent.Future", "CompletableFuture"));

	@ParameterizedTest
	@FieldSource("MISTAKES")
	void mistakeStopsTheApplication(Class<?> bean, String problem, String fix) {
		assertStartupFails(bean, (context) -> context.register(bean)).hasMessageContaining(problem)
			.hasMessageContaining(fix);
	}

	@ParameterizedTest
	@FieldSource("MISTAKES")
	void mistakeInALazyBeanStopsTheApplication(Class<?> bean, String problem, String fix) {
		assertStartupFails(bean, (context) -> context.registerBean(bean, (definition) -> definition.setLazyInit(true)))
			.hasMessageContaining(problem)
			.hasMessageContaining(fix);
	}

	@Test
	void mistakeInAPrototypeStopsTheApplication() {
		assertStartupFails(Prototype.class, (context) -> context.register(Prototype.class))
			.hasMessageContaining("has no unit");
	}

	@Test
	void mistakeInAScopedBeanStopsTheApplication() {
		assertStartupFails(Scoped.class, (context) -> {
			context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
			context.register(Scoped.class);
		}).hasMessageContaining("has no unit");
	}

	@Test
	void mistakeInALazyBeanOfAFactoryMethodStopsTheApplication() {
		assertStartupFails(Untouchable.class, (context) -> context.register(LazyFactoryMethod.class))
			.hasMessageContaining("has no unit");
	}

	@Test
	void mistakeBehindAnInterfaceIsFoundWhenTheBeanIsCreated() {
		AnnotationConfigApplicationContext context = context((beans) -> beans.register(LazyInterface.class));
		try (context) {
			context.refresh();

			assertThatThrownBy(() -> context.getBean(Runnable.class)).rootCause()
				.isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessageContaining("RunnableWithMistake.run()");
		}
	}

	@Test
	void mistakeInWhatAFactoryBeanMakesIsFoundWhenItIsMade() {
		AnnotationConfigApplicationContext context = context((beans) -> beans.register(Factory.class));
		try (context) {
			context.refresh();

			assertThatThrownBy(() -> context.getBean("startupCheckTests.Factory")).rootCause()
				.isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessageContaining("RunnableWithMistake.run()");
		}
	}

	@Test
	void beansAreNotCreatedToBeChecked() {
		AnnotationConfigApplicationContext context = context((beans) -> {
			for (String scope : new String[] { BeanDefinition.SCOPE_SINGLETON, BeanDefinition.SCOPE_PROTOTYPE }) {
				RootBeanDefinition definition = new RootBeanDefinition(UntouchableWithoutMistake.class);
				definition.setLazyInit(true);
				definition.setScope(scope);
				beans.registerBeanDefinition(scope, definition);
			}
			AbstractBeanDefinition factory = new RootBeanDefinition(UntouchableFactory.class);
			factory.setLazyInit(true);
			beans.registerBeanDefinition("factory", factory);
		});
		try (context) {
			context.refresh();

			assertThat(context.getBeanFactory().getSingletonNames()).doesNotContain("singleton", "factory");
		}
	}

	@Test
	void abstractDefinitionsAreLeftAlone() {
		AnnotationConfigApplicationContext context = context((beans) -> {
			RootBeanDefinition definition = new RootBeanDefinition();
			definition.setBeanClassName("no.such.Type");
			definition.setLazyInit(true);
			definition.setAbstract(true);
			beans.registerBeanDefinition("template", definition);
		});
		try (context) {
			context.refresh();

			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void generatedClassNeedsAKey() {
		assertStartupFails(StartupCheckTests.class,
				(context) -> context.registerBean("lambda", LockedWork.class, () -> () -> {
				}))
			.hasMessageContaining("differs from node to node")
			.hasMessageContaining("Give it a key");
	}

	@ParameterizedTest
	@ValueSource(classes = { NoneWithMaxHoldOfTheDefaults.class, SkippedVoid.class, KeyedOverloads.class,
			ZeroWaitTime.class })
	void whatIsRightStarts(Class<?> bean) {
		try (LockedContext context = LockedContext.of(bean)) {
			assertThat(context.get(bean)).isNotNull();
		}
	}

	@Test
	void placeholdersAreResolvedFromTheEnvironment() {
		try (LockedContext context = LockedContext.of(Map.of("no.such.property", "5s"),
				DurationWithUnresolvablePlaceholder.class)) {
			context.get(DurationWithUnresolvablePlaceholder.class).run("a");

			assertThat(context.locks.last().ttl()).hasValueSatisfying((ttl) -> assertThat(ttl).hasSeconds(5));
		}
	}

	private static AbstractThrowableAssert<?, ?> assertStartupFails(Class<?> bean,
			Consumer<AnnotationConfigApplicationContext> beans) {
		try (AnnotationConfigApplicationContext context = context(beans)) {
			return assertThatThrownBy(context::refresh)
				.satisfiesAnyOf((thrown) -> assertThat(thrown).isInstanceOf(InvalidLockAnnotationException.class),
						(thrown) -> assertThat(thrown).rootCause().isInstanceOf(InvalidLockAnnotationException.class))
				.extracting(StartupCheckTests::rootCause, InstanceOfAssertFactories.THROWABLE)
				.hasMessageStartingWith("@DistributedLock on " + bean.getName());
		}
	}

	private static Throwable rootCause(Throwable thrown) {
		Throwable cause = thrown;
		while (!(cause instanceof InvalidLockAnnotationException) && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	private static AnnotationConfigApplicationContext context(Consumer<AnnotationConfigApplicationContext> beans) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(LockAnnotationConfiguration.class);
		beans.accept(context);
		return context;
	}

	static class UnparsableKey {

		@DistributedLock("'order:' + ")
		void run(String id) {
		}

	}

	static class UnknownName {

		@DistributedLock("#order")
		void run(String id) {
		}

	}

	static class ForgottenHash {

		@DistributedLock("id")
		void run(String id) {
		}

	}

	static class UnresolvablePlaceholder {

		@DistributedLock("${no.such.property}")
		void run(String id) {
		}

	}

	static class TemplateWithUnresolvablePlaceholder {

		@DistributedLock("${no.such.property}:#{#id}")
		void run(String id) {
		}

	}

	static class KeyAndValue {

		@DistributedLock(key = "a", value = "b")
		void run() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock("first")
	@interface First {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock("second")
	@interface Second {

	}

	static class TwoLocks {

		@First
		@Second
		void run() {
		}

	}

	static class OverloadsWithoutKey {

		@DistributedLock
		void run() {
		}

		@DistributedLock
		void run(String id) {
		}

	}

	@DistributedLock
	static class TypeWithOverloads {

		public void run() {
		}

		public void run(String id) {
		}

	}

	static class BlankName {

		@DistributedLock(name = " ")
		void run() {
		}

	}

	static class PlainNumber {

		@DistributedLock(ttl = "30")
		void run() {
		}

	}

	static class PlainNumberBehindPlaceholder {

		@DistributedLock(ttl = "${plain:30}")
		void run() {
		}

	}

	static class NoDuration {

		@DistributedLock(waitTime = "soon")
		void run() {
		}

	}

	static class EmptyDuration {

		@DistributedLock(waitTime = "()")
		void run() {
		}

	}

	static class DurationWithUnresolvablePlaceholder {

		@DistributedLock(ttl = "${no.such.property}")
		void run(String id) {
		}

	}

	static class ZeroTtl {

		@DistributedLock(ttl = "0s")
		void run() {
		}

	}

	static class NegativeTtl {

		@DistributedLock(ttl = "-1s")
		void run() {
		}

	}

	static class NegativeWaitTime {

		@DistributedLock(waitTime = "-1s")
		void run() {
		}

	}

	static class NegativeMinHold {

		@DistributedLock(minHold = "-1s")
		void run() {
		}

	}

	static class ZeroMaxHold {

		@DistributedLock(maxHold = "0s")
		void run() {
		}

	}

	static class MinHoldAboveTtl {

		@DistributedLock(ttl = "9s", minHold = "10s", renewal = Renewal.NONE)
		void run() {
		}

	}

	static class MaxHoldAboveTtl {

		@DistributedLock(ttl = "9s", maxHold = "10s", renewal = Renewal.NONE)
		void run() {
		}

	}

	static class MinHoldAboveDefaultTtl {

		@DistributedLock(minHold = "31s", renewal = Renewal.NONE)
		void run() {
		}

	}

	static class MinHoldAboveMaxHold {

		@DistributedLock(minHold = "10s", maxHold = "9s")
		void run() {
		}

	}

	static class SkippedPrimitive {

		@DistributedLock(onContention = OnContention.SKIP)
		int run() {
			return 1;
		}

	}

	static class ScheduledPrimitive {

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock
		boolean run() {
			return true;
		}

	}

	static class FinalMethod {

		@DistributedLock
		final void run() {
		}

	}

	@DistributedLock
	static class FinalMethodOfLockedType {

		public final void run() {
		}

	}

	static class FinalMethodOfLockedSuperclass extends FinalMethodOfLockedType {

		public void other() {
		}

	}

	abstract static class HasFinalMethod implements Runnable {

		@Override
		public final void run() {
		}

	}

	@DistributedLock
	interface Contract {

	}

	abstract static class HasFinalMethodOfContract extends HasFinalMethod implements Contract {

		public final void end() {
		}

	}

	static class FinalMethodOfLockedContract extends HasFinalMethodOfContract {

	}

	static class OwnAnnotationOnInheritedFinalMethod extends FinalMethod {

	}

	@DistributedLock
	static class OnlyInheritedFinalMethods extends HasFinalMethod {

	}

	static class PrivateMethod {

		@DistributedLock
		@SuppressWarnings("UnusedMethod")
		private void run() {
		}

	}

	static class InheritedPrivateMethod extends PrivateMethod {

	}

	static class StaticMethod {

		@DistributedLock
		static void run() {
		}

	}

	static class InterruptOnFuture {

		@DistributedLock(onLeaseLost = OnLeaseLost.INTERRUPT)
		CompletableFuture<String> run() {
			return new CompletableFuture<>();
		}

	}

	static class ReturnsFuture {

		@DistributedLock
		Future<String> run() {
			return new CompletableFuture<>();
		}

	}

	static class Returns<T> {

		@DistributedLock
		T run() {
			throw new UnsupportedOperationException();
		}

	}

	static class ReturnsGenericFuture extends Returns<Future<String>> {

	}

	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class Prototype {

		@DistributedLock(ttl = "30")
		void run() {
		}

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Scoped {

		@DistributedLock(ttl = "30")
		void run() {
		}

	}

	static class Untouchable {

		Untouchable() {
			throw new AssertionError("created");
		}

		@DistributedLock(ttl = "30")
		void run() {
		}

	}

	static class UntouchableWithoutMistake {

		UntouchableWithoutMistake() {
			throw new AssertionError("created");
		}

		@DistributedLock
		void run() {
		}

	}

	static class UntouchableFactory implements FactoryBean<Runnable> {

		UntouchableFactory() {
			throw new AssertionError("created");
		}

		@Override
		public Runnable getObject() {
			return () -> {
			};
		}

		@Override
		public Class<?> getObjectType() {
			return Runnable.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyFactoryMethod {

		@Bean
		@Lazy
		static Untouchable untouchable() {
			return new Untouchable();
		}

	}

	static class RunnableWithMistake implements Runnable {

		@Override
		@DistributedLock(ttl = "30")
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyInterface {

		@Bean
		@Lazy
		static Runnable runnable() {
			return new RunnableWithMistake();
		}

	}

	static class Factory implements FactoryBean<Runnable> {

		@Override
		public Runnable getObject() {
			return new RunnableWithMistake();
		}

		@Override
		public Class<?> getObjectType() {
			return Runnable.class;
		}

	}

	@FunctionalInterface
	interface LockedWork {

		@DistributedLock
		void run();

	}

	static class NoneWithMaxHoldOfTheDefaults {

		@DistributedLock(renewal = Renewal.NONE, ttl = "10s", minHold = "10s")
		void run() {
		}

	}

	static class SkippedVoid {

		@DistributedLock(onContention = OnContention.SKIP)
		void run() {
		}

	}

	static class KeyedOverloads {

		@DistributedLock("one")
		void run() {
		}

		@DistributedLock
		void run(String id) {
		}

	}

	static class ZeroWaitTime {

		@DistributedLock(waitTime = "0s")
		void run() {
		}

	}

}
