package io.distributedlock.autoconfigure.redis;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Connections that the lock store has for itself.
 *
 * @param factory where the store gets them, started
 * @param end closes them and whatever was created for them alone
 */
record OwnConnections(RedisConnectionFactory factory, Runnable end) {
}
