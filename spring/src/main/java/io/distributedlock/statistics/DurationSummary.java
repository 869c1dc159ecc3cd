package io.distributedlock.statistics;

import java.time.Duration;

/**
 * How long something took.
 *
 * @param count how often it happened since the start of the node
 * @param mean since then, zero if never
 * @param max of the last 5 minutes
 */
public record DurationSummary(long count, Duration mean, Duration max) {
}
