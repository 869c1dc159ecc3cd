package io.distributedlock.interceptor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockStoreException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.annotation.OnContention;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FallbackTests {

	private final LockedContext context = LockedContext.of(Orders.class, StringImport.class, CheckedBean.class,
			Job.class);

	private final Orders orders = this.context.get(Orders.class);

	@BeforeEach
	void somebodyElseHoldsEveryLock() {
		this.context.locks.holdElsewhere("lock");
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void isCalledInsteadOfAMethodThatDoesNotGetItsLock() {
		assertThat(this.orders.capture("a", 1)).isEqualTo("later: a, 1");
		assertThat(this.orders.runs()).isZero();
	}

	@Test
	void isNotCalledIfTheLockIsFree() {
		assertThat(this.orders.captureFree("a", 1)).isEqualTo("captured");
	}

	@Test
	void isToldWhy() {
		assertThat(this.orders.captureAndTell("a", 1)).isEqualTo("lock is held by other: a, 1");
	}

	@Test
	void mayBeAnOverloadThatIsToldWhy() {
		assertThat(this.orders.overloaded("a")).isEqualTo("instead of a");
	}

	@Test
	void mayBeStatic() {
		assertThat(this.orders.withStaticFallback("a")).isEqualTo("static a");
	}

	@Test
	void mayReturnASubtype() {
		assertThat(this.orders.number()).isEqualTo(2);
	}

	@Test
	void mayBeNamedWithOnContention() {
		assertThat(this.orders.explicit()).isEqualTo("explicit");
	}

	@Test
	void mayReturnNothing() {
		this.orders.nothing();

		assertThat(this.orders.fallbacks()).isOne();
	}

	@ParameterizedTest
	@MethodSource("thrown")
	void exceptionsReachTheCallerUnchanged(Throwable thrown) {
		assertThatThrownBy(() -> this.orders.failing(thrown)).isSameAs(thrown);
	}

	static List<Throwable> thrown() {
		return List.of(new IOException(), new UncheckedIOException(new IOException()), new AssertionError(),
				new Throwable());
	}

	@Test
	void isNotCalledIfTheStoreFails() {
		LockStoreException failure = new LockStoreException("down", null);
		this.context.locks.fail(failure);

		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> this.orders.capture("a", 1))
			.isSameAs(failure);
		assertThat(this.orders.fallbacks()).isZero();
	}

	@Test
	void isNotCalledIfTheMethodDoesNotGetAnotherLock() {
		LockNotAcquiredException inner = new LockNotAcquiredException("inner", Duration.ZERO, null);

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> this.orders.callInner(inner))
			.isSameAs(inner);
		assertThat(this.orders.fallbacks()).isZero();
	}

	@Test
	void isCalledForScheduledMethodsToo() {
		this.context.get(Job.class).run();

		assertThat(this.context.get(Job.class).fallbacks()).isOne();
	}

	@Test
	void mayBeInheritedAndGeneric() {
		StringImport bean = this.context.get(StringImport.class);

		assertThat(bean.load("a")).isEqualTo("inherited a");
		assertThat(bean.save("a")).isEqualTo("own a");
		assertThat(bean.delete("a")).isEqualTo("private a");
	}

	@Test
	@SuppressWarnings("unchecked")
	void mayBeADefaultMethodOfAnInterface() {
		assertThat(this.context.get(Checked.class).check("a")).isEqualTo("default a");
	}

	@Test
	void seesTheFieldsOfABeanBehindTwoProxies() {
		ProxyFactory inner = new ProxyFactory(new Orders());
		inner.setProxyTargetClass(true);
		try (LockedContext twice = LockedContext
			.of((beans) -> beans.registerBean(Orders.class, () -> (Orders) inner.getProxy(),
					(definition) -> definition.setAttribute(AutoProxyUtils.PRESERVE_TARGET_CLASS_ATTRIBUTE, true)))) {
			twice.locks.holdElsewhere("lock");

			assertThat(twice.get(Orders.class).capture("a", 1)).isEqualTo("later: a, 1");
		}
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void mistakeStopsTheApplication(Class<?> bean, String problem, String fix) {
		assertThatThrownBy(() -> LockedContext.of(bean)).rootCause()
			.isInstanceOf(InvalidLockAnnotationException.class)
			.hasMessageStartingWith("@DistributedLock on " + bean.getName() + ".run(")
			.hasMessageContaining(problem)
			.hasMessageContaining(fix);
	}

	static List<Arguments> mistakes() {
		return List.of(Arguments.of(Missing.class, "fallback = \"later\" names no method of this class",
				"Write a method later(String,int), optionally with a LockNotAcquiredException as its last parameter"),
				Arguments.of(WrongParameters.class, "names no method of this class with the same parameters",
						"Near to it are later(String), later(String,Integer)"),
				Arguments.of(Misspelt.class, "fallback = \"latre\" names no method",
						"Near to it are later(String), laterStill(String,LockNotAcquiredException)"),
				Arguments.of(CauseFirst.class, "names no method",
						"Near to it are later(LockNotAcquiredException,String)"),
				Arguments.of(WrongResult.class, "returns java.lang.Object, and not java.lang.String as the method does",
						"Give both the same return type"),
				Arguments.of(WrongElements.class,
						"returns java.util.List<java.lang.Integer>, and not java.util.List<java.lang.String>",
						"Give both the same return type"),
				Arguments.of(WrapperForPrimitive.class, "returns java.lang.Integer, and not int", "same return type"),
				Arguments.of(UndeclaredException.class, "throws java.io.IOException, which the method does not",
						"Declare it on the method too"),
				Arguments.of(Itself.class, "names the method itself", "Name another method"),
				Arguments.of(WithSkip.class, "fallback = \"later\" is never called, as onContention is SKIP",
						"Leave one of them out"),
				Arguments.of(WithThrow.class, "fallback = \"later\" is never called, as onContention is THROW",
						"Leave one of them out"),
				Arguments.of(NoMethod.class, "onContention = \"FALLBACK\" has no method to call",
						"Name one with fallback"));
	}

	@ParameterizedTest
	@ValueSource(classes = { Wildcard.class, MethodGenerics.class, DeclaredException.class })
	void whatIsRightStarts(Class<?> bean) {
		try (LockedContext started = LockedContext.of(bean)) {
			assertThat(started.get(bean)).isNotNull();
		}
	}

	static class Orders {

		private final AtomicInteger runs = new AtomicInteger();

		private final AtomicInteger fallbacks = new AtomicInteger();

		public int runs() {
			return this.runs.get();
		}

		public int fallbacks() {
			return this.fallbacks.get();
		}

		@DistributedLock(key = "lock", fallback = "later")
		public String capture(String order, int amount) {
			this.runs.incrementAndGet();
			return "captured";
		}

		@DistributedLock(key = "free", fallback = "later")
		public String captureFree(String order, int amount) {
			return "captured";
		}

		@SuppressWarnings("UnusedMethod")
		private String later(String order, int amount) {
			this.fallbacks.incrementAndGet();
			return "later: " + order + ", " + amount;
		}

		@DistributedLock(key = "lock", fallback = "tell")
		public String captureAndTell(String order, int amount) {
			return "captured";
		}

		String tell(String order, int amount, LockNotAcquiredException cause) {
			return cause.key() + " is held by " + cause.holder().orElseThrow() + ": " + order + ", " + amount;
		}

		String tell(String order, int amount) {
			return "not told";
		}

		@DistributedLock(key = "lock", fallback = "overloaded")
		public String overloaded(String order) {
			return "captured";
		}

		String overloaded(String order, LockNotAcquiredException cause) {
			return "instead of " + order;
		}

		@DistributedLock(key = "lock", fallback = "inStaticMethod")
		public String withStaticFallback(String order) {
			return "captured";
		}

		static String inStaticMethod(String order) {
			return "static " + order;
		}

		@DistributedLock(key = "lock", fallback = "integer")
		public Number number() {
			return 1;
		}

		Integer integer() {
			return 2;
		}

		@DistributedLock(key = "lock", onContention = OnContention.FALLBACK, fallback = "explicitly")
		public String explicit() {
			return "captured";
		}

		String explicitly() {
			return "explicit";
		}

		@DistributedLock(key = "lock", fallback = "nothingElse")
		public void nothing() {
		}

		void nothingElse() {
			this.fallbacks.incrementAndGet();
		}

		@DistributedLock(key = "lock", fallback = "fail")
		public void failing(Throwable thrown) throws Throwable {
		}

		void fail(Throwable thrown) throws Throwable {
			throw thrown;
		}

		@DistributedLock(key = "free", fallback = "insteadOfInner")
		public void callInner(LockNotAcquiredException inner) {
			throw inner;
		}

		void insteadOfInner(LockNotAcquiredException inner) {
			this.fallbacks.incrementAndGet();
		}

	}

	interface Checked<T> {

		@DistributedLock(key = "lock", fallback = "skipCheck")
		String check(T item);

		default String skipCheck(T item) {
			return "default " + item;
		}

	}

	static class CheckedBean implements Checked<String> {

		@Override
		public String check(String item) {
			return "checked";
		}

	}

	abstract static class Import<T> {

		@DistributedLock(key = "lock", fallback = "notLoaded")
		public abstract String load(T item);

		String notLoaded(T item) {
			return "inherited " + item;
		}

		@DistributedLock(key = "lock", fallback = "notSaved")
		public String save(T item) {
			return "saved";
		}

		@DistributedLock(key = "lock", fallback = "notDeleted")
		public String delete(T item) {
			return "deleted";
		}

		@SuppressWarnings("UnusedMethod")
		private String notDeleted(T item) {
			return "private " + item;
		}

	}

	static class StringImport extends Import<String> {

		@Override
		public String load(String item) {
			return "loaded";
		}

		String notSaved(String item) {
			return "own " + item;
		}

	}

	static class Job {

		private final AtomicInteger fallbacks = new AtomicInteger();

		public int fallbacks() {
			return this.fallbacks.get();
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock(key = "lock", fallback = "instead")
		public void run() {
		}

		void instead() {
			this.fallbacks.incrementAndGet();
		}

	}

	static class Missing {

		@DistributedLock(fallback = "later")
		void run(String order, int amount) {
		}

	}

	static class WrongParameters {

		@DistributedLock(fallback = "later")
		void run(String order, int amount) {
		}

		void later(String order) {
		}

		void later(String order, Integer amount) {
		}

	}

	static class Misspelt {

		@DistributedLock(fallback = "latre")
		void run(String order) {
		}

		void later(String order) {
		}

		void laterStill(String order, LockNotAcquiredException cause) {
		}

		void somethingElse(int order) {
		}

	}

	static class CauseFirst {

		@DistributedLock(fallback = "later")
		void run(String order) {
		}

		void later(LockNotAcquiredException cause, String order) {
		}

	}

	static class WrongResult {

		@DistributedLock(fallback = "later")
		String run() {
			return "";
		}

		Object later() {
			return "";
		}

	}

	static class WrongElements {

		@DistributedLock(fallback = "later")
		List<String> run() {
			return List.of();
		}

		List<Integer> later() {
			return List.of();
		}

	}

	static class WrapperForPrimitive {

		@DistributedLock(fallback = "later")
		int run() {
			return 1;
		}

		Integer later() {
			return 2;
		}

	}

	static class UndeclaredException {

		@DistributedLock(fallback = "later")
		void run() {
		}

		void later() throws IOException {
			throw new IOException();
		}

	}

	static class Itself {

		@DistributedLock(fallback = "run")
		void run() {
		}

	}

	static class WithSkip {

		@DistributedLock(fallback = "later", onContention = OnContention.SKIP)
		void run() {
		}

		void later() {
		}

	}

	static class WithThrow {

		@DistributedLock(fallback = "later", onContention = OnContention.THROW)
		void run() {
		}

		void later() {
		}

	}

	static class NoMethod {

		@DistributedLock(onContention = OnContention.FALLBACK)
		void run() {
		}

	}

	static class Wildcard {

		@DistributedLock(fallback = "later")
		List<?> run() {
			return List.of();
		}

		List<String> later() {
			return List.of();
		}

	}

	static class MethodGenerics {

		@DistributedLock(fallback = "later")
		<T> List<T> run(T item) {
			return List.of(item);
		}

		<T> List<T> later(T item) {
			return List.of();
		}

	}

	static class DeclaredException {

		@DistributedLock(fallback = "later")
		void run() throws Exception {
		}

		void later() throws IOException, UndeclaredThrowableException {
			throw new IOException();
		}

	}

}
