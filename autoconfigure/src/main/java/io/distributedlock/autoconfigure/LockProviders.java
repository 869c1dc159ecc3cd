package io.distributedlock.autoconfigure;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.distributedlock.store.LockProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The providers of the application and the choice of the one that grants locks by
 * default. Each creates its store once, on first use.
 */
final class LockProviders {

	private static final String IN_PROCESS = "memory";

	private final Map<String, LockProvider> byName = new TreeMap<>();

	private final LockProvider chosen;

	/**
	 * Finds the provider that grants locks unless another is asked for by name.
	 * @param beans the providers by the name of their bean
	 * @param configured the provider to choose, {@code null} or blank for the only
	 * candidate
	 * @throws DistributedLockConfigurationException if there is no such provider or no
	 * single candidate
	 */
	LockProviders(Map<String, LockProvider> beans, @Nullable String configured) {
		Map<String, String> beanNames = new TreeMap<>();
		beans.forEach((beanName, provider) -> {
			String other = beanNames.putIfAbsent(provider.name(), beanName);
			if (other != null) {
				throw new DistributedLockConfigurationException(
						"The beans '%s' and '%s' are both a provider of distributed locks called '%s'.".formatted(other,
								beanName, provider.name()),
						"Give one of them another name. To replace a provider that is there already, call your bean as its bean is called.");
			}
			this.byName.put(provider.name(), new LockProvider(provider.name(), SingletonSupplier.of(provider.store())));
		});
		this.chosen = StringUtils.hasText(configured) ? named(configured.trim()) : onlyCandidate();
	}

	List<LockProvider> all() {
		return List.copyOf(this.byName.values());
	}

	LockProvider chosen() {
		return this.chosen;
	}

	private LockProvider named(String configured) {
		LockProvider provider = this.byName.get(configured);
		if (provider == null) {
			throw unknown(configured);
		}
		return provider;
	}

	private LockProvider onlyCandidate() {
		List<LockProvider> candidates = all().stream()
			.filter((provider) -> !provider.name().equals(IN_PROCESS))
			.toList();
		return switch (candidates.size()) {
			case 0 -> throw none();
			case 1 -> candidates.get(0);
			default -> throw several(candidates);
		};
	}

	private DistributedLockConfigurationException unknown(String configured) {
		Set<String> names = this.byName.keySet();
		return new DistributedLockConfigurationException(
				"The property distributed-lock.provider is '%s', and there is no such provider. Found: %s."
					.formatted(configured, quoted(names)),
				names.isEmpty() ? hints()
						: "Write one of%n%n%s%nOr add what is missing. %s".formatted(lines(names), hints()));
	}

	private static DistributedLockConfigurationException several(List<LockProvider> candidates) {
		List<String> names = candidates.stream().map(LockProvider::name).toList();
		return new DistributedLockConfigurationException(
				"There are several providers of distributed locks and none is chosen. Found: %s."
					.formatted(quoted(names)),
				"Write one of%n%n%s%nThe others stay available to locks that ask for them by name: @DistributedLock(provider = \"%s\")."
					.formatted(lines(names), names.get(names.size() - 1)));
	}

	private static DistributedLockConfigurationException none() {
		return new DistributedLockConfigurationException(
				"There is no provider of distributed locks. Found: none ('memory' excludes nobody on other nodes and is never chosen by itself).",
				"Add what is missing. %s%nFor tests or a single node write%n%n    distributed-lock.provider=memory%n"
					.formatted(hints()));
	}

	private static String hints() {
		return "'jdbc' needs a DataSource: spring-boot-starter-jdbc, a driver and spring.datasource.url. 'redis' needs a RedisConnectionFactory: spring-boot-starter-data-redis. Any other needs a bean of type %s with its name."
			.formatted(LockProvider.class.getName());
	}

	private static String quoted(Collection<String> names) {
		return names.isEmpty() ? "none" : "'" + String.join("', '", names) + "'";
	}

	private static String lines(Collection<String> names) {
		return names.stream()
			.sorted(Comparator.comparing(IN_PROCESS::equals))
			.map((name) -> "    distributed-lock.provider=%s%n".formatted(name))
			.collect(Collectors.joining());
	}

}
