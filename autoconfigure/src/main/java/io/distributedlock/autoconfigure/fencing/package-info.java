/**
 * Wires fencing at the resource: guard, annotation, table and the helper for Redis.
 */
@NullMarked
package io.distributedlock.autoconfigure.fencing;

import org.jspecify.annotations.NullMarked;
