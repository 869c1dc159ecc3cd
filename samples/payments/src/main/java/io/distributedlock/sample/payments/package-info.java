/**
 * A payments service that captures each payment once and settles on one node at a time,
 * however many nodes run.
 */
@NullMarked
package io.distributedlock.sample.payments;

import org.jspecify.annotations.NullMarked;
