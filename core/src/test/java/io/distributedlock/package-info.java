/**
 * Tests of the API's value types.
 */
@NullMarked
package io.distributedlock;

import org.jspecify.annotations.NullMarked;
