package io.distributedlock.autoconfigure.redis;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Locks in Redis or Valkey.
 *
 * @param namespace What every Redis key and channel of locks starts with.
 * @param connectionFactoryBeanName Name of the RedisConnectionFactory bean whose server
 * holds the locks. If not set, the only or the primary one.
 * @param replicas How many replicas have to acknowledge an acquisition and a renewal. 0
 * waits for none. Fewer than all replicas can still lose a lock in a failover.
 * @param strict Whether settings of the server under which locks can get lost keep the
 * application from starting. If not, they are warned of.
 * @param retention How long the hash of a lock is kept after its last use, at least. It
 * should be far above any ttl.
 */
@ConfigurationProperties("distributed-lock.redis")
public record RedisLockProperties(@DefaultValue("distributed-lock:") String namespace,
		@Nullable String connectionFactoryBeanName, @DefaultValue("0") int replicas,
		@DefaultValue("false") boolean strict, @DefaultValue("24h") Duration retention) {
}
