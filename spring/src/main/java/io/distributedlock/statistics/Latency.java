package io.distributedlock.statistics;

import java.time.Duration;

/**
 * Percentiles of the last 5 minutes, within a tenth.
 *
 * @param p50 the median
 * @param p95 what 95 of 100 stay below
 * @param p99 what 99 of 100 stay below
 */
public record Latency(Duration p50, Duration p95, Duration p99) {
}
