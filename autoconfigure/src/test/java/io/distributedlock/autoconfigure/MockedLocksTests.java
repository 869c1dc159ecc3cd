package io.distributedlock.autoconfigure;

import java.util.Optional;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * A test of an application that puts a mock in the place of the locks.
 */
@SpringJUnitConfig
@TestPropertySource(properties = "distributed-lock.provider=memory")
class MockedLocksTests {

	@MockitoBean
	private DistributedLocks locks;

	@Test
	void startsAndUsesTheMock(@Autowired DistributedLocks injected, @Autowired LockEngineLifecycle lifecycle) {
		Lease lease = mock();
		given(this.locks.tryAcquire(any())).willReturn(Optional.of(lease));
		assertThat(injected.tryAcquire(LockRequest.of("order:42"))).containsSame(lease);
		assertThat(lifecycle.isRunning()).isFalse();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class })
	static class Application {

	}

}
