/**
 * Wires the {@code jdbc} provider: data source, own connections, schema and store.
 */
@NullMarked
package io.distributedlock.autoconfigure.jdbc;

import org.jspecify.annotations.NullMarked;
