/**
 * Processes that hand a lock to each other. On one Linux machine
 * {@link System#nanoTime()} is the same clock for all of them.
 */
@NullMarked
package io.distributedlock.benchmarks.handoff;

import org.jspecify.annotations.NullMarked;
