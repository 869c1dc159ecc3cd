package io.distributedlock.autoconfigure;

import java.util.function.Function;
import java.util.function.IntFunction;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.OverridingClassLoader;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One application after the other in this process, or several at a time. With Spring
 * Boot's developer tools, the application's classes are loaded anew for each, and ours
 * stay.
 */
class RestartTests {

	/** So many that the key's expression is compiled. */
	private static final int CALLS = 300;

	@Test
	void anApplicationThatIsStartedAgainLocksItsNewClasses() {
		application().run(RestartTests::assertLocks);
		application().run(RestartTests::assertLocks);
	}

	@Test
	void applicationsThatRunAtTheSameTimeLockTheirOwnClasses() {
		application().run((first) -> application().run((second) -> {
			assertThat(order(first, 1)).isNotInstanceOf(order(second, 1).getClass());
			assertLocks(first);
			assertLocks(second);
		}));
	}

	@Test
	void anApplicationThatIsStartedAgainWithTheSameClassesNeedsNoNewOnesForItsProxies() {
		ClassLoader classLoader = getClass().getClassLoader();
		application(classLoader)
			.run((first) -> application(classLoader).run((second) -> assertThat(first.getBean(RestartedShop.class))
				.hasSameClassAs(second.getBean(RestartedShop.class))));
	}

	private static ApplicationContextRunner application() {
		ClassLoader classLoader = new OverridingClassLoader(RestartTests.class.getClassLoader()) {
			@Override
			protected boolean isEligibleForOverriding(String className) {
				return className.startsWith(RestartedShop.class.getName());
			}
		};
		return application(classLoader);
	}

	private static ApplicationContextRunner application(ClassLoader classLoader) {
		return new ApplicationContextRunner().withClassLoader(classLoader)
			.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
					LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class))
			.withPropertyValues("distributed-lock.provider=memory")
			.withBean(ClassUtils.resolveClassName(RestartedShop.class.getName(), classLoader));
	}

	private static Object order(ApplicationContext context, int id) {
		return context.getBean(IntFunction.class).apply(id);
	}

	@SuppressWarnings("unchecked")
	private static void assertLocks(ApplicationContext context) {
		Function<Object, Object> capture = context.getBean(Function.class);
		for (int id = 0; id < CALLS; id++) {
			assertThat(capture.apply(order(context, id))).isEqualTo("order:" + id);
		}
	}

}
