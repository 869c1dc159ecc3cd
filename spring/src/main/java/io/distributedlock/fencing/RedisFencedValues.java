package io.distributedlock.fencing;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

import io.distributedlock.StaleFencingTokenException;

/**
 * Values in Redis that a stale holder of a lock cannot overwrite: each is kept with the
 * greatest fencing token it was written with, and compared and set in one step. A value
 * is a hash of the fields {@code value} and {@code token} under the given key. Where it
 * was deleted, evicted or lost, or never written, every token is accepted. Thread-safe.
 */
public final class RedisFencedValues {

	private static final String VALUE = "value";

	private static final String TOKEN = "token";

	/**
	 * Returns the greatest token. Lua's numbers are exact up to 2^53, and Redis returns
	 * them as integers; the text of the token is stored as it came, since Lua would write
	 * 1.8e+15.
	 */
	private static final RedisScript<Long> SET = new DefaultRedisScript<>("""
			local highest = tonumber(redis.call('HGET', KEYS[1], 'token') or '0')
			local token = tonumber(ARGV[1])
			if token < highest then
				return highest
			end
			redis.call('HSET', KEYS[1], 'token', ARGV[1], 'value', ARGV[2])
			return token
			""", Long.class);

	private final StringRedisTemplate redis;

	private final FencingRejections rejections;

	/**
	 * Creates an instance.
	 * @param redis runs commands
	 * @param rejections told of each token that is refused
	 */
	public RedisFencedValues(StringRedisTemplate redis, FencingRejections rejections) {
		this.redis = redis;
		this.rejections = rejections;
	}

	/**
	 * Writes a value, unless it was written with a greater token.
	 * @param key the Redis key
	 * @param value the value
	 * @param fencingToken the token of the lease under which it is written
	 * @throws StaleFencingTokenException if the value was written with a greater token;
	 * it stays as it is
	 * @throws IllegalArgumentException if the token is not between 1 and 2^53
	 * @throws org.springframework.dao.DataAccessException if Redis fails
	 */
	public void set(String key, String value, long fencingToken) {
		FencingTokens.require(fencingToken);
		@Nullable Long highest = this.redis.execute(SET, List.of(key), Long.toString(fencingToken), value);
		if (highest == null) {
			throw new IllegalStateException(
					"The value '%s' cannot be checked in a Redis transaction or pipeline: set it outside"
						.formatted(key));
		}
		if (highest > fencingToken) {
			throw this.rejections.reject(key, fencingToken, highest);
		}
	}

	/**
	 * Reads a value.
	 * @param key the Redis key
	 * @return the value with its token, empty if there is none
	 * @throws org.springframework.dao.DataAccessException if Redis fails
	 */
	public Optional<FencedValue> get(String key) {
		List<String> fields = this.redis.<String, String>opsForHash().multiGet(key, List.of(VALUE, TOKEN));
		String value = fields.get(0);
		String token = fields.get(1);
		return (value != null && token != null) ? Optional.of(new FencedValue(value, Long.parseLong(token)))
				: Optional.empty();
	}

}
