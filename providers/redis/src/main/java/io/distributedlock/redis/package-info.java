/**
 * The lock store on Redis or Valkey: {@link io.distributedlock.redis.RedisLockStore}.
 */
@NullMarked
package io.distributedlock.redis;

import org.jspecify.annotations.NullMarked;
