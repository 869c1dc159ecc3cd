package io.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockListener;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;

class LockDeclarationsTests implements LockListener {

	private final List<String> declared = new ArrayList<>();

	@Override
	public void declared(String name, String provider) {
		this.declared.add(name + "@" + provider);
	}

	@Test
	void locksOfAnnotatedMethodsAreDeclaredAtStartup() {
		try (LockedContext context = start(Orders.class)) {
			assertThat(this.declared).containsExactlyInAnyOrder("Orders.capture@memory", "refunds@other");
			context.get(Orders.class).capture();
		}
		assertThat(this.declared).hasSize(2);
	}

	@Test
	void locksOfLazyBeansAreDeclaredAtStartupToo() {
		try (LockedContext unused = start(LazyOrders.class)) {
			assertThat(this.declared).containsExactlyInAnyOrder("Orders.capture@memory", "refunds@other");
		}
	}

	@Test
	void locksOfBeansWhoseClassShowsLaterAreDeclaredThen() {
		try (LockedContext context = start(HiddenOrders.class)) {
			assertThat(this.declared).isEmpty();
			context.get(Capturing.class);
			assertThat(this.declared).containsExactly("ContractedOrders.capture@memory");
		}
	}

	@Test
	void locksAreNotCreatedBeforeOtherSingletons() {
		AtomicBoolean created = new AtomicBoolean();
		List<Boolean> seen = new ArrayList<>();
		try (LockedContext unused = LockedContext.of((context) -> {
			context.registerBean(Orders.class);
			context.registerBean("last", Boolean.class, () -> {
				seen.add(created.get());
				return true;
			});
			context.registerBean(DistributedLocks.class, () -> {
				created.set(true);
				return engine();
			});
		})) {
			assertThat(seen).containsExactly(false);
			assertThat(this.declared).hasSize(2);
		}
	}

	@Test
	void lazyLocksAreLeftAloneWithoutAnnotations() {
		try (LockedContext unused = LockedContext.of((context) -> context.registerBean(DistributedLocks.class, () -> {
			throw new IllegalStateException("nobody asked");
		}, (definition) -> definition.setLazyInit(true)))) {
			assertThat(this.declared).isEmpty();
		}
	}

	private LockedContext start(Class<?> component) {
		return LockedContext.of((context) -> {
			context.registerBean(DistributedLocks.class, this::engine);
			context.register(component);
		});
	}

	private LockEngine engine() {
		MemoryLockStore store = new MemoryLockStore(TimeSource.system());
		return LockEngine.builder()
			.nodeId("blue")
			.provider(new LockProvider("memory", () -> store))
			.provider(new LockProvider("other", () -> store))
			.listener(this)
			.build();
	}

	static class Orders {

		@DistributedLock("order:42")
		public void capture() {
		}

		@DistributedLock(key = "order:42", name = "refunds", provider = "other")
		public void refund() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyOrders {

		@Bean
		@Lazy
		Orders orders() {
			return new Orders();
		}

	}

	interface Capturing {

		void capture();

	}

	static class ContractedOrders implements Capturing {

		@Override
		@DistributedLock("order:42")
		public void capture() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenOrders {

		@Bean
		@Lazy
		Capturing orders() {
			return new ContractedOrders();
		}

	}

}
