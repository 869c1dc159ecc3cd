package io.distributedlock.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.LockContext;
import io.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks in the MDC of annotated methods.
 */
@Timeout(60)
class LocksInLogsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withBean(Orders.class);

	@Test
	void annotatedMethodsOfEveryKindAreMarked() {
		this.runner.withPropertyValues("distributed-lock.mdc.enabled=true").run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.capture("42")).isEqualTo(Orders.marks("order:42"));
			assertThat(orders.captureLater("42").join()).isEqualTo(Orders.marks("order:42"));
			assertThat(orders.captureReactively("42").block()).isEqualTo(Orders.marks("order:42"));
			assertThat(Orders.entries()).isEmpty();
		});
	}

	@Test
	void nothingIsMarkedByDefault() {
		this.runner.run((context) -> assertThat(context.getBean(Orders.class).capture("42")).isEmpty());
	}

	static class Orders {

		@DistributedLock("order:#{#id}")
		Map<String, String> capture(String id) {
			return entries();
		}

		@DistributedLock("order:#{#id}")
		CompletableFuture<Map<String, String>> captureLater(String id) {
			return CompletableFuture.completedFuture(entries());
		}

		@DistributedLock("order:#{#id}")
		Mono<Map<String, String>> captureReactively(String id) {
			return Mono.fromSupplier(Orders::entries);
		}

		/** Each grant has its own token. */
		static Map<String, String> marks(String key) {
			return Map.of("lock.key", key, "lock.fencingToken", "that of the lease");
		}

		static Map<String, String> entries() {
			Map<String, String> entries = new HashMap<>(
					Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of()));
			LockContext.current()
				.ifPresent((lease) -> entries.replace("lock.fencingToken", Long.toString(lease.fencingToken()),
						"that of the lease"));
			return entries;
		}

	}

}
