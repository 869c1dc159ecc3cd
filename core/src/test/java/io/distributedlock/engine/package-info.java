/**
 * Tests of the engine's arithmetic.
 */
@NullMarked
package io.distributedlock.engine;

import org.jspecify.annotations.NullMarked;
