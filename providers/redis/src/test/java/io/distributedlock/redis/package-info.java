/**
 * Tests of the Redis lock store.
 */
@NullMarked
package io.distributedlock.redis;

import org.jspecify.annotations.NullMarked;
