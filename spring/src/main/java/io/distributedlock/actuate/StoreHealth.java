package io.distributedlock.actuate;

import java.util.Map;

import org.springframework.boot.health.contributor.Status;

/**
 * What a probe of a store found.
 *
 * @param status whether the store works
 * @param details the status and what led to it
 */
record StoreHealth(Status status, Map<String, Object> details) {
}
