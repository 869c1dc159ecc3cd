/**
 * Wires what the actuator shows of locks.
 */
@NullMarked
package io.distributedlock.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
