/**
 * Wires the {@code redis} provider: connection factory, own connections and store.
 */
@NullMarked
package io.distributedlock.autoconfigure.redis;

import org.jspecify.annotations.NullMarked;
