/**
 * Runs nodes of the payments service as processes.
 */
@NullMarked
package io.distributedlock.sample.payments.launcher;

import org.jspecify.annotations.NullMarked;
