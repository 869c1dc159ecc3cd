/**
 * Tests of the payments service.
 */
@NullMarked
package io.distributedlock.sample.payments;

import org.jspecify.annotations.NullMarked;
