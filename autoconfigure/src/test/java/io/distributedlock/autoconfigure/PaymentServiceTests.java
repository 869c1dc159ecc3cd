package io.distributedlock.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * The Java of docs/testing.md, word for word.
 */
// @formatter:off
@SpringBootTest(properties = "distributed-lock.provider=memory")
class PaymentServiceTests {

	@Autowired
	private PaymentService payments;

	@Autowired
	private DistributedLocks locks;

	@MockitoBean
	private PaymentGateway gateway;

	@Test
	void capturesAPayment() {
		given(this.gateway.send("42")).willReturn("sent");
		assertThat(this.payments.capture("42")).isEqualTo("sent");
	}

	@Test
	void refusesAPaymentThatIsBeingCaptured() {
		try (Lease other = this.locks.acquire(LockRequest.of("payment:42"))) {
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> this.payments.capture("42"));
		}
		then(this.gateway).shouldHaveNoInteractions();
	}

	@Test
	void tellsThatTheLeaseWasLost() {
		given(this.gateway.send("42")).willAnswer((call) -> {
			this.locks.forceRelease("payment:42");
			return "sent";
		});
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.payments.capture("42"));
	}

	@Test
	void locksWithoutSpring() {
		DistributedLocks locks = LockEngine.builder()
			.provider(new LockProvider("memory", () -> new MemoryLockStore(TimeSource.system())))
			.nodeId("test")
			.build();
		try (Lease lease = locks.acquire(LockRequest.of("payment:42"))) {
			assertThat(lease.isHeld()).isTrue();
		}
	}

	@Test
	void mocksTheLocks() {
		DistributedLocks locks = mock();
		given(locks.tryAcquire(any())).willReturn(Optional.empty());
		assertThat(attempt(locks)).isEmpty();
	}
	// @formatter:on

	@Test
	void everySnippetOfThePageIsHere() throws IOException {
		String page = Files.readString(Path.of("../docs/testing.md"));
		String source = Files
			.readString(Path.of("src/test/java/io/distributedlock/autoconfigure/PaymentServiceTests.java"));
		List<String> snippets = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
			.matcher(page)
			.results()
			.map((MatchResult found) -> found.group(1))
			.toList();
		assertThat(snippets).hasSize(5)
			.allSatisfy((snippet) -> assertThat(source).containsIgnoringWhitespaces(snippet));
	}

	private static Optional<Lease> attempt(DistributedLocks locks) {
		return locks.tryAcquire(LockRequest.of("payment:42"));
	}

	/** Sends payments. */
	interface PaymentGateway {

		String send(String payment);

	}

	static class PaymentService {

		private final PaymentGateway gateway;

		PaymentService(PaymentGateway gateway) {
			this.gateway = gateway;
		}

		@DistributedLock("payment:#{#payment}")
		public String capture(String payment) {
			return this.gateway.send(payment);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DistributedLockAutoConfiguration.class, LockAnnotationAutoConfiguration.class,
			MemoryLockAutoConfiguration.class })
	static class Application {

		@Bean
		static PaymentService paymentService(PaymentGateway gateway) {
			return new PaymentService(gateway);
		}

	}

}
