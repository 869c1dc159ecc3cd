/**
 * Starts three nodes of the payments service on this machine and shows what their locks
 * do. Not part of the service.
 */
@NullMarked
package io.distributedlock.sample.payments.launcher;

import org.jspecify.annotations.NullMarked;
