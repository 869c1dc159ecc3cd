package io.distributedlock.store;

import java.util.function.Supplier;

/**
 * A kind of store by name. The store is created when the first lock is asked of it.
 *
 * @param name the name used in configuration, meters and logs
 * @param store creates the store; called at most once successfully
 */
public record LockProvider(String name, Supplier<? extends LockStore> store) {
}
