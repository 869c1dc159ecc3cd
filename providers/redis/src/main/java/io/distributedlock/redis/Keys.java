package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;

/**
 * The names of locks in Redis: their key behind the namespace.
 *
 * @param namespace what every name starts with
 */
record Keys(String namespace) {

	byte[] of(String key) {
		return (this.namespace + key).getBytes(StandardCharsets.UTF_8);
	}

	String keyOf(byte[] name) {
		return new String(name, StandardCharsets.UTF_8).substring(this.namespace.length());
	}

}
