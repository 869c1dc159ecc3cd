package io.distributedlock.benchmarks.contender;

import java.util.Optional;

import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;

/**
 * Redisson's locks, renewed by its watchdog. A client is one node.
 *
 * @param client the client
 */
public record RedissonLocks(RedissonClient client) implements WaitingPeer {

	@Override
	public String name() {
		return "Redisson";
	}

	@Override
	public Optional<Release> tryAcquire(String key) {
		RLock lock = this.client.getLock(key);
		return lock.tryLock() ? Optional.of(lock::unlock) : Optional.empty();
	}

	@Override
	public Runnable acquire(String key) {
		RLock lock = this.client.getLock(key);
		lock.lock();
		return lock::unlock;
	}

}
