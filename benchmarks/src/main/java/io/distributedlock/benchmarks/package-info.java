/**
 * Programs that measure the stores, each with a main method.
 */
@NullMarked
package io.distributedlock.benchmarks;

import org.jspecify.annotations.NullMarked;
