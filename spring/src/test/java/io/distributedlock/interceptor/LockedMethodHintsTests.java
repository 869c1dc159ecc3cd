package io.distributedlock.interceptor;

import java.util.List;
import java.util.function.Predicate;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.key.LockKeyRoot;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

class LockedMethodHintsTests {

	@Test
	void annotatedMethodsCanBeCalled() {
		assertThat(invocationOf(Orders.class, "capture")).accepts(hintsFor(Orders.class));
	}

	@Test
	void methodsOfAnAnnotatedTypeCanBeCalled() {
		assertThat(invocationOf(LockedType.class, "run")).accepts(hintsFor(LockedType.class));
		assertThat(invocationOf(Base.class, "inherited")).accepts(hintsFor(LockedType.class));
	}

	@Test
	void methodsThatAnInterfaceAnnotatesCanBeCalled() {
		assertThat(invocationOf(LockedByContract.class, "run")).accepts(hintsFor(LockedByContract.class));
	}

	@Test
	void fallbacksCanBeCalledAlsoPrivateOnesOfASuperclass() {
		assertThat(invocationOf(Base.class, "busy")).accepts(hintsFor(Orders.class));
	}

	@Test
	void propertiesOfArgumentsThatKeysAreMadeOfCanBeRead() {
		RuntimeHints hints = hintsFor(Orders.class);

		assertThat(invocationOf(Order.class, "customer")).accepts(hints);
		assertThat(invocationOf(Customer.class, "getName")).accepts(hints);
	}

	@Test
	void propertiesOfElementsThatKeysAreMadeOfCanBeRead() {
		assertThat(invocationOf(Order.class, "customer")).accepts(hintsFor(Batches.class));
	}

	@Test
	void argumentsThatAGenericMethodGetsFromItsSubclassCanBeRead() {
		assertThat(invocationOf(Order.class, "customer")).accepts(hintsFor(OrderHandler.class));
	}

	@Test
	void argumentsOfMethodsWithAFixedKeyAreNotRead() {
		RuntimeHints hints = hintsFor(FixedKey.class);

		assertThat(invocationOf(FixedKey.class, "capture")).accepts(hints);
		assertThat(invocationOf(Order.class, "customer")).rejects(hints);
	}

	@Test
	void beansWithoutLocksGetNoHints() {
		assertThat(invocationOf(Unlocked.class, "run")).rejects(hintsFor(Unlocked.class));
	}

	@Test
	void theRootObjectOfKeysCanBeRead() {
		RuntimeHints hints = hintsFor(Unlocked.class);

		assertThat(LockKeyRoot.class.getDeclaredMethods()).filteredOn((method) -> !method.isSynthetic())
			.isNotEmpty()
			.allSatisfy((method) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method))
				.accepts(hints));
	}

	@Test
	void theAnnotationCanBeMergedWithThoseComposedOfIt() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(DistributedLock.class))
			.accepts(hintsFor(Unlocked.class));
	}

	private static Predicate<RuntimeHints> invocationOf(Class<?> type, String method) {
		return RuntimeHintsPredicates.reflection().onMethodInvocation(type, method);
	}

	/** What processing an application with a bean ahead of time declares. */
	private static RuntimeHints hintsFor(Class<?> bean) {
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(LockedMethodHintsTests.class)), new InMemoryGeneratedFiles());
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(LockAnnotationConfiguration.class, bean);
		ClassName unused = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		return generation.getRuntimeHints();
	}

	record Order(Customer customer) {
	}

	static class Customer {

		public String getName() {
			return "name";
		}

	}

	static class Base {

		public void inherited() {
			// nothing to do
		}

		@SuppressWarnings("unused")
		private void busy(Order order, LockNotAcquiredException contention) {
			throw contention;
		}

	}

	static class Orders extends Base {

		@DistributedLock(key = "order:#{#order.customer.name}", fallback = "busy")
		void capture(Order order) {
			// nothing to do
		}

	}

	static class Batches {

		@DistributedLock(key = "batch:#{#orders[0].customer.name}")
		void capture(List<Order> orders) {
			// nothing to do
		}

	}

	abstract static class Handler<T> {

		@DistributedLock(key = "handle:#{#message}")
		public void handle(T message) {
			// nothing to do
		}

	}

	static class OrderHandler extends Handler<Order> {

	}

	static class FixedKey {

		@DistributedLock(key = "orders")
		void capture(Order order) {
			// nothing to do
		}

	}

	@DistributedLock
	static class LockedType extends Base {

		public void run() {
			// nothing to do
		}

	}

	interface Contract {

		@DistributedLock
		void run();

	}

	static class LockedByContract implements Contract {

		@Override
		public void run() {
			// nothing to do
		}

	}

	static class Unlocked {

		public void run() {
			// nothing to do
		}

	}

}
