package io.distributedlock.interceptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.distributedlock.Lease;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * docs/async.md: what it shows compiles, and does what it says.
 */
class AsyncPageTests {

	@Test
	void theSnippetIsCompiled() throws IOException {
		String page = Files.readString(Path.of("../docs/async.md"));
		String source = Files.readString(Path.of("src/test/java/io/distributedlock/interceptor/AsyncPageTests.java"));
		String[] parts = page.split("```");
		assertThat(parts).hasSize(3);
		assertThat(source).containsIgnoringWhitespaces(parts[1].substring("java".length()));
	}

	@Test
	void theOrderIsShippedWithTheTokenOfItsLock() {
		try (LockedNode node = new LockedNode("node", new MemoryLockStore(TimeSource.system()), Shipping.class)) {
			Order shipped = node.get(Shipping.class).ship("42").blockOptional(LockedNode.PATIENCE).orElseThrow();
			assertThat(shipped.id()).isEqualTo("42");
			assertThat(shipped.token()).isPositive();
		}
	}

	static class Shipping {

		private final Orders orders = (id, token) -> Mono.just(new Order(id, token));

		@DistributedLock(key = "order:#{#id}", waitTime = "2s")
		public Mono<Order> ship(String id) {
			return Mono.deferContextual((context) -> orders.ship(id, context.get(Lease.class).fencingToken()));
		}

	}

	interface Orders {

		Mono<Order> ship(String id, long token);

	}

	record Order(String id, long token) {
	}

}
