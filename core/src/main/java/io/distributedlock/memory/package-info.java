/**
 * A store in this process's memory.
 */
@NullMarked
package io.distributedlock.memory;

import org.jspecify.annotations.NullMarked;
