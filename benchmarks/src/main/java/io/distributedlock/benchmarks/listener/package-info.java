/**
 * Measures what those add to a lock who are told of it.
 */
@NullMarked
package io.distributedlock.benchmarks.listener;

import org.jspecify.annotations.NullMarked;
