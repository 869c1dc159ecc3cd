package io.distributedlock.autoconfigure.actuate;

import io.distributedlock.DistributedLocks;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.autoconfigure.actuate.board.LockBoardAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test of an application with an actuator that puts a mock in the place of the locks.
 */
@SpringJUnitConfig
@TestPropertySource(properties = { "distributed-lock.provider=memory", "management.endpoints.web.exposure.include=*" })
class MockedEngineTests {

	@MockitoBean
	private DistributedLocks locks;

	@Test
	void startsAndKnowsNothingOfTheStore(@Autowired HealthIndicator distributedLockHealthContributor) {
		assertThat(this.locks).isNotNull();
		assertThat(distributedLockHealthContributor.health()).isEqualTo(Health.unknown().build());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class,
			LocksEndpointAutoConfiguration.class, LockBoardAutoConfiguration.class, LockHealthAutoConfiguration.class })
	static class Application {

	}

}
