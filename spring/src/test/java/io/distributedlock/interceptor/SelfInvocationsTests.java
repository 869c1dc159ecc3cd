package io.distributedlock.interceptor;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopContext;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class SelfInvocationsTests {

	private static final String CALLS_ITSELF = "calls annotated methods of its own object";

	@ParameterizedTest
	@MethodSource("calls")
	void callWithinTheObjectIsReported(Class<?> bean, String call, CapturedOutput output) {
		start(bean);

		assertThat(output).containsOnlyOnce(bean.getName() + " " + CALLS_ITSELF + ", which takes no lock: " + call)
			.contains("ObjectProvider<" + bean.getSimpleName() + ">");
	}

	static List<Arguments> calls() {
		return List.of(Arguments.of(Direct.class, "captureAll() calls capture(String)."),
				Arguments.of(InLambda.class, "captureAll() calls capture(String)."),
				Arguments.of(ByReference.class, "captureAll() calls capture(String)."),
				Arguments.of(InConstructor.class, "InConstructor() calls capture(String)."),
				Arguments.of(Inherits.class, "captureAll() calls capture(String)."),
				Arguments.of(CallsInherited.class, "captureTwo() calls capture(String)."),
				Arguments.of(CallsGeneric.class, "captureAll() calls capture(String)."),
				Arguments.of(OverridesWithoutKey.class, "both() calls capture(String)."),
				Arguments.of(AnnotatedCaller.class, "first() calls second()."),
				Arguments.of(AnnotatedType.class, "first() calls second()."),
				Arguments.of(Several.class, "captureAll() calls capture(String), captureAll() calls settle(), "));
	}

	@ParameterizedTest
	@ValueSource(classes = { SelfInjected.class, SelfInjectedInterface.class, SelfProvided.class, SelfSupplied.class,
			SelfParameter.class, SelfLookedUp.class, CurrentProxy.class, OtherInstances.class, SuperCall.class,
			Recursive.class, SameKey.class, StaticHelper.class, CallsWhatIsNotLocked.class, CallsTheOverload.class,
			Bridged.class })
	void callThatMayPassTheProxyIsNotReported(Class<?> bean, CapturedOutput output) {
		start(bean);

		assertThat(output).doesNotContain(CALLS_ITSELF);
	}

	@Test
	void classWithoutBytesIsNotReported(CapturedOutput output) {
		LockedContext.of((beans) -> beans.registerBean(Work.class, () -> () -> "work")).close();

		assertThat(output).doesNotContain(CALLS_ITSELF);
	}

	@Test
	void beansOfOneClassAreReportedOnce(CapturedOutput output) {
		LockedContext.of((beans) -> {
			beans.registerBean("one", Direct.class);
			beans.registerBean("two", Direct.class);
		}).close();

		assertThat(output).containsOnlyOnce(CALLS_ITSELF);
	}

	private static void start(Class<?> bean) {
		LockedContext.of((beans) -> beans.registerBean(bean, (definition) -> definition.setLazyInit(true))).close();
	}

	static class Account {

		@DistributedLock("account:#{#id}")
		public void capture(String id) {
		}

		@DistributedLock("settlement")
		public void settle() {
		}

	}

	static class Direct {

		@DistributedLock("#id")
		public void capture(String id) {
		}

		public void captureAll(List<String> ids) {
			for (String id : ids) {
				capture(id);
			}
		}

	}

	static class InLambda {

		@DistributedLock("#id")
		public void capture(String id) {
		}

		public void captureAll(List<String> ids) {
			ids.forEach((id) -> {
				if (!id.isEmpty()) {
					capture(id);
				}
			});
		}

	}

	static class ByReference {

		@DistributedLock("#id")
		public void capture(String id) {
		}

		public void captureAll(List<String> ids) {
			ids.forEach(this::capture);
		}

	}

	static class InConstructor {

		InConstructor() {
			capture("first");
		}

		@DistributedLock("#id")
		public void capture(String id) {
		}

	}

	static class Inherits extends Direct {

	}

	static class CallsInherited extends Account {

		public void captureTwo() {
			capture("a");
			capture("b");
		}

	}

	abstract static class Generic<T> {

		public abstract void capture(T id);

		public void captureAll(List<T> ids) {
			ids.forEach((id) -> capture(id));
		}

	}

	static class CallsGeneric extends Generic<String> {

		@Override
		@DistributedLock("#id")
		public void capture(String id) {
		}

	}

	static class OverridesWithoutKey extends Account {

		@Override
		public void capture(String id) {
			super.capture(id);
		}

		public void both() {
			super.capture("a");
		}

	}

	static class AnnotatedCaller {

		@DistributedLock("first")
		public void first() {
			second();
		}

		@DistributedLock("second")
		public void second() {
		}

	}

	@DistributedLock
	static class AnnotatedType {

		public void first() {
			second();
		}

		public void second() {
		}

	}

	static class Several extends Account {

		public void captureAll() {
			capture("a");
			settle();
		}

		public void captureNone() {
			settle();
		}

	}

	static class SelfInjected extends Account {

		private final SelfInjected self;

		SelfInjected(@Lazy SelfInjected self) {
			this.self = self;
		}

		public void captureAll() {
			this.self.capture("a");
		}

	}

	interface Capturing {

		void capture(String id);

	}

	static class SelfInjectedInterface implements Capturing {

		private final Capturing self;

		SelfInjectedInterface(@Lazy Capturing self) {
			this.self = self;
		}

		@Override
		@DistributedLock("#id")
		public void capture(String id) {
		}

		public void captureAll() {
			this.self.capture("a");
		}

	}

	static class SelfProvided extends Account {

		private final ObjectProvider<SelfProvided> self;

		SelfProvided(ObjectProvider<SelfProvided> self) {
			this.self = self;
		}

		public void captureAll() {
			this.self.getObject().capture("a");
		}

	}

	static class SelfSupplied extends Account {

		@SuppressWarnings("unchecked")
		public void captureAll(Supplier<?> proxy) {
			((Supplier<SelfSupplied>) proxy).get().capture("a");
		}

	}

	static class SelfParameter extends Account {

		public void captureAll(SelfParameter other) {
			other.capture("a");
		}

	}

	static class SelfLookedUp extends Account {

		private final BeanFactory beans;

		SelfLookedUp(BeanFactory beans) {
			this.beans = beans;
		}

		public void captureAll() {
			this.beans.getBean(SelfLookedUp.class).capture("a");
		}

	}

	static class CurrentProxy extends Account {

		public void captureAll() {
			((CurrentProxy) AopContext.currentProxy()).capture("a");
		}

	}

	@Scope("prototype")
	static class OtherInstances extends Account {

		public void captureAll() {
			new OtherInstances().capture("a");
		}

	}

	static class SuperCall extends Account {

		@Override
		@DistributedLock("#id")
		public void capture(String id) {
			super.capture(id);
		}

	}

	static class Recursive {

		@DistributedLock("tree")
		public int depth(int left) {
			return (left > 0) ? depth(left - 1) : 0;
		}

	}

	static class SameKey {

		@DistributedLock("tree")
		public void first() {
			second();
		}

		@DistributedLock("tree")
		public void second() {
		}

	}

	static class StaticHelper extends Account {

		static void captureAll(Stream<StaticHelper> accounts) {
			accounts.forEach((account) -> account.capture("a"));
		}

	}

	static class CallsWhatIsNotLocked extends Account {

		public void captureAll() {
			prepare();
		}

		public void prepare() {
		}

	}

	static class CallsTheOverload extends Account {

		public void captureAll() {
			capture(1);
		}

		public void capture(int id) {
		}

	}

	@FunctionalInterface
	interface Handler<T> {

		void handle(T item);

	}

	static class Bridged implements Handler<String> {

		@Override
		@DistributedLock("#item")
		public void handle(String item) {
		}

	}

	@FunctionalInterface
	interface Work {

		@DistributedLock("work")
		String run();

	}

}
