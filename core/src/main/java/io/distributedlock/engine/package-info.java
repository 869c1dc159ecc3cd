/**
 * Everything about a lock that does not depend on the store: queues, waiting, deadlines,
 * renewal, loss, clean-up and shutdown. Entered through
 * {@link io.distributedlock.engine.LockEngine}.
 */
@NullMarked
package io.distributedlock.engine;

import org.jspecify.annotations.NullMarked;
