/**
 * Creates the tables of this library.
 */
@NullMarked
package io.distributedlock.autoconfigure.schema;

import org.jspecify.annotations.NullMarked;
