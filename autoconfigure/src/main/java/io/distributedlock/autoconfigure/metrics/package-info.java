/**
 * Wires the meters of locks.
 */
@NullMarked
package io.distributedlock.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
