/**
 * Tests of the in-memory store that need the test-kit.
 */
@NullMarked
package io.distributedlock.memory;

import org.jspecify.annotations.NullMarked;
