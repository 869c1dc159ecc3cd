/**
 * Real Redis servers for the time of a measurement.
 */
@NullMarked
package io.distributedlock.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
