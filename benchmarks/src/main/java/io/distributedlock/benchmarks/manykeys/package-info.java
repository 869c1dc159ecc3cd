/**
 * Acquisitions in small and large tables.
 */
@NullMarked
package io.distributedlock.benchmarks.manykeys;

import org.jspecify.annotations.NullMarked;
