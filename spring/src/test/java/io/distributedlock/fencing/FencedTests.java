package io.distributedlock.fencing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.interceptor.LockAnnotationConfiguration;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AliasFor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What surrounds the body of a fenced method, in which order.
 */
class FencedTests {

	private final List<String> events = new ArrayList<>();

	private final RecordingGuard guard = new RecordingGuard();

	private final LockEngine engine = LockEngine.builder()
		.provider(new LockProvider("memory", () -> new MemoryLockStore(TimeSource.system())))
		.build();

	@Test
	void theCheckIsInsideTheTransactionAndTheTransactionInsideTheLock() {
		try (AnnotationConfigApplicationContext context = context(Account.class)) {
			context.getBean(Account.class).credit(42);
		}
		assertThat(this.events).containsExactly("begin under account:42", "check account:42 in transaction",
				"credit 42", "commit");
	}

	@Test
	void aStaleTokenKeepsTheMethodFromRunningAndRollsBack() {
		this.guard.stale = true;
		try (AnnotationConfigApplicationContext context = context(Account.class)) {
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> context.getBean(Account.class).credit(42));
		}
		assertThat(this.events).containsExactly("begin under account:42", "check account:42 in transaction",
				"rollback");
	}

	@Test
	void theLockMayBeThatOfTheCaller() {
		try (AnnotationConfigApplicationContext context = context(Account.class)) {
			this.engine.run(LockRequest.of("account:7"), () -> context.getBean(Account.class).debit(7));
		}
		assertThat(this.events).containsExactly("begin under account:7", "check account:7 in transaction", "debit 7",
				"commit");
	}

	@Test
	void aComposedAnnotationNamesTheResource() {
		try (AnnotationConfigApplicationContext context = context(Account.class)) {
			this.engine.run(LockRequest.of("account:7"), () -> context.getBean(Account.class).composed(7));
		}
		assertThat(this.events).contains("check composed:7 in transaction");
	}

	@Test
	void theAnnotationOfAnInterfaceCounts() {
		try (AnnotationConfigApplicationContext context = context(LedgerBean.class)) {
			this.engine.run(LockRequest.of("ledger"), () -> context.getBean(Ledger.class).post());
		}
		assertThat(this.events).containsExactly("check ledger");
	}

	@Test
	void placeholdersAreResolved() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment().getSystemProperties().put("test.fence.region", "eu");
			refresh(context, Regional.class);
			this.engine.run(LockRequest.of("eu"), () -> context.getBean(Regional.class).write(1));
		}
		finally {
			System.clearProperty("test.fence.region");
		}
		assertThat(this.events).containsExactly("check eu:1");
	}

	@Test
	void withoutALeaseTheCallFailsAndSaysWhatToDo() {
		try (AnnotationConfigApplicationContext context = context(Account.class)) {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Account.class).debit(42))
				.withMessageStartingWith("@Fenced method " + Account.class.getName()
						+ ".debit(long) was called without a lease on its call path")
				.withMessageContaining("with @DistributedLock");
		}
		assertThat(this.events).containsExactly("begin", "rollback");
	}

	@Test
	void aTransactionThatWouldBeginAfterTheCheckIsRefusedAtStartup() {
		assertRefused((context) -> context.register(FencedConfiguration.class, Account.class),
				"@Fenced on %s.credit(long): would be checked before its transaction begins, which protects nothing. "
					.formatted(Account.class.getName()) + "Give transactions a smaller order",
				".debit(long): would be checked", ".composed(long): would be checked");
	}

	@Test
	void mistakesInTheResourceAreFoundAtStartup() {
		assertRefused(UnknownName.class,
				"@Fenced on %s.write(long): resource = \"#{#orderId}\" refers to the unknown name #orderId. Known names are #id"
					.formatted(UnknownName.class.getName()));
		assertRefused(Blank.class, "resource = \"\" is no valid key: Lock key '' is blank");
		assertRefused(Literal.class, "resource = \"id\" is a literal, the same for all calls, but starts with 'id'");
		assertRefused(Unresolved.class, "resource = \"${no.such.property}\" has a placeholder that cannot be resolved");
	}

	@Test
	void mistakesOfABeanThatIsCreatedLaterAreFoundAtStartup() {
		assertRefused((context) -> context.registerBeanDefinition("lazy",
				BeanDefinitionBuilder.rootBeanDefinition(UnknownName.class).setLazyInit(true).getBeanDefinition()),
				"refers to the unknown name #orderId");
	}

	@Test
	void methodsThatProxiesDoNotSeeAreRefused() {
		assertRefused(Final.class, ".write(): is a final method, which the bean's proxy cannot override. Remove final");
		assertRefused(Private.class, ".write(): is a private method");
		assertRefused(Static.class, ".write(): is a static method");
	}

	@Test
	void aMethodThatAJdkProxyDoesNotExposeIsRefused() {
		assertRefused(NotExposed.class, ".other(): is in none of the bean's interfaces, and the bean has a JDK proxy");
	}

	@Test
	void withoutAGuardTheApplicationDoesNotStart() {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> {
			try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
				context.register(Infrastructure.class, FencedConfiguration.class, Unguarded.class);
				context.refresh();
			}
		}).withMessageContaining(".write(): needs a FencingGuard, and there is none. Add a DataSource");
	}

	@Test
	void withoutFencedMethodsNoGuardIsNeeded() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Infrastructure.class, FencedConfiguration.class);
			context.refresh();
			assertThat(context.getBeansOfType(FencingGuard.class)).isEmpty();
		}
	}

	private void assertRefused(Class<?> bean, String message) {
		assertRefused((context) -> context.register(bean), message);
	}

	/** The message is one of those given: methods are not in order. */
	private void assertRefused(Consumer<AnnotationConfigApplicationContext> beans, String... messages) {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> {
			try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
				beans.accept(context);
				refresh(context);
			}
		}).satisfies((failure) -> {
			Throwable root = failure;
			while (!(root instanceof InvalidLockAnnotationException) && root.getCause() != null) {
				root = root.getCause();
			}
			Throwable found = root;
			assertThat(found).isInstanceOf(InvalidLockAnnotationException.class);
			assertThat(messages).anySatisfy((message) -> assertThat(found).hasMessageContaining(message));
		});
	}

	private AnnotationConfigApplicationContext context(Class<?>... beans) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		refresh(context, beans);
		return context;
	}

	private void refresh(AnnotationConfigApplicationContext context, Class<?>... beans) {
		if (beans.length > 0) {
			context.register(beans);
		}
		context.registerBean(DistributedLocks.class, () -> this.engine);
		context.registerBean(FencingGuard.class, () -> this.guard);
		context.registerBean(PlatformTransactionManager.class, () -> new RecordingTransactions(this.events));
		context.registerBean("events", List.class, () -> this.events);
		context.register(Infrastructure.class, FencedConfiguration.class);
		context.refresh();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Infrastructure extends LockAnnotationConfiguration {

	}

	static class Account {

		private final List<String> events;

		Account(List<String> events) {
			this.events = events;
		}

		@DistributedLock(key = "account:#{#id}")
		@Fenced(resource = "account:#{#id}")
		@Transactional
		public void credit(long id) {
			this.events.add("credit " + id);
		}

		@Fenced(resource = "'account:' + #id")
		@Transactional
		public void debit(long id) {
			this.events.add("debit " + id);
		}

		@FencedByName("composed:#{#id}")
		@Transactional
		public void composed(long id) {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Fenced(resource = "")
	@interface FencedByName {

		@AliasFor(annotation = Fenced.class, attribute = "resource")
		String value();

	}

	interface Ledger {

		@Fenced(resource = "ledger")
		void post();

	}

	static class LedgerBean implements Ledger {

		@Override
		public void post() {
		}

	}

	static class Regional {

		@Fenced(resource = "${test.fence.region}:#{#id}")
		public void write(long id) {
		}

	}

	static class Unguarded {

		@Fenced(resource = "region")
		public void write() {
		}

	}

	static class UnknownName {

		@Fenced(resource = "#{#orderId}")
		public void write(long id) {
		}

	}

	static class Blank {

		@Fenced(resource = "")
		public void write(long id) {
		}

	}

	static class Literal {

		@Fenced(resource = "id")
		public void write(long id) {
		}

	}

	static class Unresolved {

		@Fenced(resource = "${no.such.property}")
		public void write(long id) {
		}

	}

	static class Final {

		@Fenced(resource = "order")
		public final void write() {
		}

	}

	static class Private {

		@Fenced(resource = "order")
		@SuppressWarnings("UnusedMethod")
		private void write() {
		}

	}

	static class Static {

		@Fenced(resource = "order")
		public static void write() {
		}

	}

	static class NotExposed implements Ledger {

		@Override
		public void post() {
		}

		@Fenced(resource = "other")
		public void other() {
		}

	}

	private final class RecordingGuard implements FencingGuard {

		private boolean stale;

		@Override
		public void check(String resource, long fencingToken) {
			Lease lease = LockContext.current().orElseThrow();
			assertThat(fencingToken).isEqualTo(lease.fencingToken());
			FencedTests.this.events.add("check " + resource
					+ (TransactionSynchronizationManager.isActualTransactionActive() ? " in transaction" : ""));
			if (this.stale) {
				throw new StaleFencingTokenException(resource, fencingToken, fencingToken + 1);
			}
		}

	}

	private static final class RecordingTransactions extends AbstractPlatformTransactionManager {

		private final List<String> events;

		RecordingTransactions(List<String> events) {
			this.events = events;
		}

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.events.add("begin" + LockContext.current().map((lease) -> " under " + lease.key()).orElse(""));
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.events.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.events.add("rollback");
		}

	}

}
