/**
 * Tests of the lock engine, with time and stores under the test's control.
 */
@NullMarked
package io.distributedlock.engine;

import org.jspecify.annotations.NullMarked;
