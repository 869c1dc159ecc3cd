/**
 * Measures what the annotation adds to a call.
 */
@NullMarked
package io.distributedlock.benchmarks.annotation;

import org.jspecify.annotations.NullMarked;
