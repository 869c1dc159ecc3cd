package io.distributedlock.fencing;

/**
 * A value with the fencing token under which it was written.
 *
 * @param value the value
 * @param fencingToken the token
 */
public record FencedValue(String value, long fencingToken) {
}
