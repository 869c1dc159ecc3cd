/**
 * Locks of this project and its peers, in the same shape.
 */
@NullMarked
package io.distributedlock.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
