package io.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class LockProxyTests {

	@Test
	void methodThatAnInterfaceProxyDoesNotExposeStopsTheApplication() {
		assertThatThrownBy(() -> LockedContext.of(HiddenFromInterface.class)).rootCause()
			.isInstanceOf(InvalidLockAnnotationException.class)
			.hasMessageContaining("HiddenFromInterface.other()")
			.hasMessageContaining("spring.aop.proxy-target-class=true");
	}

	@Test
	void methodThatAnInterfaceProxyWillNotExposeStopsTheApplication() {
		assertThatThrownBy(() -> LockedContext.of(LazyHiddenFromInterface.class))
			.isInstanceOf(InvalidLockAnnotationException.class)
			.hasMessageContaining("LazyHiddenFromInterface.other()");
	}

	@Test
	void methodsOfALockedTypeNeedNotAllBeExposed() {
		try (LockedContext context = LockedContext.of(TypeHiddenFromInterface.class)) {
			context.get(Greeter.class).greet();

			assertThat(context.locks.keys()).containsExactly(TypeHiddenFromInterface.class.getName() + ".greet");
		}
	}

	@Test
	void methodOfAGenericInterfaceIsExposed() {
		try (LockedContext context = LockedContext.of(StringSink.class)) {
			@SuppressWarnings("unchecked")
			Sink<String> sink = context.get(Sink.class);
			sink.put("a");

			assertThat(AopUtils.isJdkDynamicProxy(sink)).isTrue();
			assertThat(context.locks.keys()).containsExactly("sink:a");
		}
	}

	@Test
	void classProxyExposesEveryMethod() {
		try (LockedContext context = LockedContext.of(ClassProxies.class, HiddenFromInterface.class,
				LazyHiddenFromInterface.class)) {
			context.get(HiddenFromInterface.class).other();

			assertThat(context.locks.keys()).hasSize(1);
		}
	}

	@Test
	void lockIsTakenOutsideTheTransaction(CapturedOutput output) {
		try (LockedContext context = LockedContext.of(Transactions.class, Transfer.class)) {
			List<String> events = context.get(Events.class).list();
			context.get(Transfer.class).run();

			assertThat(events).containsExactly("key", "begin", "run", "commit");
			assertThat(output).doesNotContain("transaction begins before");
		}
	}

	@Test
	void transactionOutsideTheLockIsReported(CapturedOutput output) {
		try (LockedContext context = LockedContext.of(OuterTransactions.class, Transfer.class)) {
			List<String> events = context.get(Events.class).list();
			context.get(Transfer.class).run();

			assertThat(events).containsExactly("begin", "key", "run", "commit");
			assertThat(output).containsOnlyOnce("Transfer.run(): its transaction begins before the lock is taken");
		}
	}

	@Test
	void scheduleWithAnIntervalAndNoMinHoldIsReported(CapturedOutput output) {
		LockedContext.of(Intervals.class).close();

		assertThat(output).containsOnlyOnce("Intervals.rate() is scheduled at a fixed rate or delay")
			.containsOnlyOnce("Intervals.delayText() is scheduled at a fixed rate or delay")
			.doesNotContain("Intervals.withMinHold()")
			.doesNotContain("Intervals.cron()");
	}

	@Test
	void beanThatIsCreatedTooEarlyToBeLockedStopsTheApplication() {
		assertThatThrownBy(() -> LockedContext.of(NeedsLockedBeanEarly.class))
			.isInstanceOf(InvalidLockAnnotationException.class)
			.hasMessageContaining("EarlyBean: bean 'earlyBean' has no proxy and would run without the lock")
			.hasMessageContaining("BeanPostProcessor")
			.hasMessageContaining("static")
			.hasMessageContaining("ObjectProvider");
	}

	@Test
	void configurationThatIsCreatedTooEarlyToBeLockedStopsTheApplication() {
		assertThatThrownBy(() -> LockedContext.of(LockedConfiguration.class))
			.isInstanceOf(InvalidLockAnnotationException.class)
			.hasMessageContaining("LockedConfiguration: bean 'lockProxyTests.LockedConfiguration' has no proxy");
	}

	@Test
	void beanThatAPostProcessorAsksForLaterIsLocked() {
		try (LockedContext context = LockedContext.of(NeedsLockedBeanLater.class)) {
			context.get(EarlyBean.class).run();

			assertThat(context.locks.keys()).containsExactly(EarlyBean.class.getName() + ".run");
		}
	}

	@Test
	void mockInPlaceOfALockedBeanNeedsNoProxy() {
		EarlyBean mock = mock();
		try (LockedContext context = LockedContext.of((beans) -> {
			beans.registerBean("earlyBean", EarlyBean.class);
			beans.getBeanFactory().registerSingleton("earlyBean", mock);
		})) {
			assertThat(mock).hasSameClassAs(new EarlyBean());
			assertThat(context.get(EarlyBean.class)).isSameAs(mock);
		}
	}

	@Test
	void lockedBeansOfAnOrdinaryApplicationAreNotReported(CapturedOutput output) {
		LockedContext.of(Transactions.class, Transfer.class, StringSink.class).close();

		assertThat(output).doesNotContain("not eligible for getting processed");
	}

	interface Greeter {

		void greet();

	}

	static class HiddenFromInterface implements Greeter {

		@Override
		@DistributedLock
		public void greet() {
		}

		@DistributedLock
		public void other() {
		}

	}

	@Lazy
	static class LazyHiddenFromInterface implements Greeter {

		@Override
		public void greet() {
		}

		@DistributedLock
		public void other() {
		}

	}

	@DistributedLock
	static class TypeHiddenFromInterface implements Greeter {

		@Override
		public void greet() {
		}

		public void other() {
		}

	}

	interface Sink<T> {

		void put(T item);

	}

	static class StringSink implements Sink<String> {

		@Override
		@DistributedLock("sink:#{#item}")
		public void put(String item) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class ClassProxies extends TransactionBeans {

	}

	/** What happened, in order. */
	record Events(List<String> list) {

		/** Called by the key expression, when the lock is about to be taken. */
		public String key() {
			this.list.add("key");
			return "transfer";
		}

	}

	static class Transfer {

		private final Events events;

		Transfer(Events events) {
			this.events = events;
		}

		@Transactional
		@DistributedLock("@events.key()")
		public void run() {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
			this.events.list().add("run");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions extends TransactionBeans {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = Ordered.LOWEST_PRECEDENCE - 11)
	static class OuterTransactions extends TransactionBeans {

	}

	static class TransactionBeans {

		@Bean
		static Events events() {
			return new Events(new ArrayList<>());
		}

		@Bean
		static Recorder recorder(Events events) {
			return new Recorder(events);
		}

		static class Recorder extends AbstractPlatformTransactionManager {

			private final transient Events events;

			Recorder(Events events) {
				this.events = events;
			}

			@Override
			protected Object doGetTransaction() {
				return this;
			}

			@Override
			protected void doBegin(Object transaction, TransactionDefinition definition) {
				this.events.list().add("begin");
			}

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				this.events.list().add("commit");
			}

			@Override
			protected void doRollback(DefaultTransactionStatus status) {
				this.events.list().add("rollback");
			}

		}

	}

	static class Intervals {

		@Scheduled(fixedRate = 1000)
		@DistributedLock
		public void rate() {
		}

		@Scheduled(fixedDelayString = "PT1S")
		@DistributedLock
		public void delayText() {
		}

		@Scheduled(fixedDelay = 1000)
		@DistributedLock(minHold = "900ms")
		public void withMinHold() {
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock
		public void cron() {
		}

	}

	static class EarlyBean {

		@DistributedLock
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsLockedBeanEarly {

		@Bean
		static EarlyBean earlyBean() {
			return new EarlyBean();
		}

		@Bean
		static ImpatientPostProcessor impatient(EarlyBean needed) {
			return new ImpatientPostProcessor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsLockedBeanLater {

		@Bean
		static EarlyBean earlyBean() {
			return new EarlyBean();
		}

		@Bean
		static ImpatientPostProcessor impatient(ObjectProvider<EarlyBean> needed) {
			return new ImpatientPostProcessor();
		}

	}

	@Configuration
	static class LockedConfiguration {

		@Bean
		ImpatientPostProcessor impatient() {
			return new ImpatientPostProcessor();
		}

		@DistributedLock
		public void run() {
		}

	}

	/** Comes before the proxy creator, and so does what it needs. */
	static class ImpatientPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
