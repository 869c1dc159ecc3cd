/**
 * Options, interleaved rounds, percentiles and tables.
 */
@NullMarked
package io.distributedlock.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
