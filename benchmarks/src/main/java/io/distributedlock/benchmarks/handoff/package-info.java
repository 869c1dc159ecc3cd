/**
 * Processes that hand a lock to each other.
 */
@NullMarked
package io.distributedlock.benchmarks.handoff;

import org.jspecify.annotations.NullMarked;
