package io.distributedlock.autoconfigure;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LockProvidersTests {

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "  " })
	void choosesTheOnlyCandidateIfNoneIsConfigured(@Nullable String configured) {
		assertThat(chosen(configured, "jdbc", "memory")).isEqualTo("jdbc");
	}

	@Test
	void choosesTheConfiguredOneOfSeveral() {
		assertThat(chosen("redis", "jdbc", "redis", "memory")).isEqualTo("redis");
	}

	@Test
	void choosesMemoryIfItIsConfigured() {
		assertThat(chosen("memory", "jdbc", "memory")).isEqualTo("memory");
	}

	@Test
	void neverChoosesMemoryByItself() {
		assertThatExceptionOfType(DistributedLockConfigurationException.class).isThrownBy(() -> chosen(null, "memory"))
			.withMessageStartingWith("There is no provider of distributed locks.")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("spring-boot-starter-jdbc")
				.contains("distributed-lock.provider=memory"));
	}

	@Test
	void refusesToChooseAmongSeveral() {
		assertThatExceptionOfType(DistributedLockConfigurationException.class)
			.isThrownBy(() -> chosen(null, "redis", "jdbc", "memory"))
			.withMessage("There are several providers of distributed locks and none is chosen. Found: 'jdbc', 'redis'.")
			.satisfies((ex) -> assertThat(ex.getAction().lines()).containsExactly("Write one of", "",
					"    distributed-lock.provider=jdbc", "    distributed-lock.provider=redis", "",
					"The others stay available to locks that ask for them by name: @DistributedLock(provider = \"redis\")."));
	}

	@Test
	void namesWhatWasFoundIfTheConfiguredOneIsUnknown() {
		assertThatExceptionOfType(DistributedLockConfigurationException.class)
			.isThrownBy(() -> chosen("jdcb", "jdbc", "memory"))
			.withMessage(
					"The property distributed-lock.provider is 'jdcb', and there is no such provider. Found: 'jdbc', 'memory'.")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("    distributed-lock.provider=jdbc")
				.contains("    distributed-lock.provider=memory"));
	}

	@Test
	void refusesTwoProvidersOfOneName() {
		LockProvider provider = provider("jdbc");
		assertThatExceptionOfType(DistributedLockConfigurationException.class)
			.isThrownBy(() -> new LockProviders(Map.of("mine", provider, "jdbcLockProvider", provider), "jdbc"))
			.withMessageContainingAll("'mine'", "'jdbcLockProvider'",
					"both a provider of distributed locks called 'jdbc'");
	}

	@Test
	void createsTheStoreOnFirstUseAndOnce() {
		AtomicInteger created = new AtomicInteger();
		LockProvider counting = new LockProvider("counting", () -> {
			created.incrementAndGet();
			return new MemoryLockStore(TimeSource.system());
		});
		LockProvider chosen = new LockProviders(Map.of("counting", counting), null).chosen();
		assertThat(created).hasValue(0);
		assertThat(chosen.store().get()).isSameAs(chosen.store().get());
		assertThat(created).hasValue(1);
	}

	private static String chosen(@Nullable String configured, String... present) {
		Map<String, LockProvider> beans = Arrays.stream(present)
			.map(LockProvidersTests::provider)
			.collect(Collectors.toMap((provider) -> provider.name() + "LockProvider", Function.identity()));
		return new LockProviders(beans, configured).chosen().name();
	}

	private static LockProvider provider(String name) {
		return new LockProvider(name, () -> {
			throw new AssertionError("not used");
		});
	}

}
