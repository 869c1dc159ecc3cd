package io.distributedlock.autoconfigure.fencing;

import io.distributedlock.LockListener;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import io.distributedlock.fencing.FencedConfiguration;
import io.distributedlock.fencing.FencingRejections;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of fencing at the resource:
 * {@link io.distributedlock.fencing.FencingGuard} in the database,
 * {@link io.distributedlock.fencing.Fenced @Fenced}, and the helper for Redis. It comes
 * after transactions, so that {@code @Fenced} is checked inside them.
 */
@AutoConfiguration(after = LockAnnotationAutoConfiguration.class,
		afterName = { "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration" })
@Import({ JdbcFencingConfiguration.class, RedisFencingConfiguration.class, FencedConfiguration.class })
public final class FencingAutoConfiguration {

	@Bean
	FencingRejections distributedLockFencingRejections(ObjectProvider<LockListener> listeners) {
		return new FencingRejections(() -> listeners.orderedStream().iterator());
	}

}
