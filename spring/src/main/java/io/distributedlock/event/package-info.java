/**
 * Application events about locks, beside {@link io.distributedlock.LeaseLost}.
 */
@NullMarked
package io.distributedlock.event;

import org.jspecify.annotations.NullMarked;
