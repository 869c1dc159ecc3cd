/**
 * What a provider implements: {@link io.distributedlock.store.LockStore}, a few atomic
 * steps, and small interfaces for what some stores can do beyond it. Keys are as the
 * store sees them, with the configured prefix.
 */
@NullMarked
package io.distributedlock.store;

import org.jspecify.annotations.NullMarked;
