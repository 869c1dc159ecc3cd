package io.distributedlock.benchmarks.contender;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;

/**
 * A store of this project, without the engine above it.
 *
 * @param name the name, for tables
 * @param store the store
 */
public record OwnStore(String name, LockStore store) implements Peer {

	/** Longer than any measurement. */
	static final Duration TTL = Duration.ofHours(1);

	@Override
	public Optional<Release> tryAcquire(String key) {
		String owner = UUID.randomUUID().toString();
		if (this.store.tryAcquire(new AcquireCommand(key, owner, this.name, TTL)) instanceof Granted) {
			return Optional.of(() -> this.store.release(new ReleaseCommand(key, owner, Duration.ZERO)));
		}
		return Optional.empty();
	}

}
