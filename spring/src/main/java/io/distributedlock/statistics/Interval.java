package io.distributedlock.statistics;

import java.time.Duration;
import java.time.Instant;

/**
 * What happened to the locks of one name in some seconds.
 *
 * @param start when they began, by this node's wall clock
 * @param acquisitions acquisitions that were granted or refused
 * @param contended acquisitions that found the lock held at the first attempt
 * @param mean from request to grant or refusal, zero if there was none
 * @param max the longest of these
 */
public record Interval(Instant start, long acquisitions, long contended, Duration mean, Duration max) {
}
