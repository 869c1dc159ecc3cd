package io.distributedlock.sample.payments;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;

import org.springframework.stereotype.Component;

/**
 * Counts on this node the acquisitions that found their lock held.
 */
@Component
class ContentionCounter implements LockListener {

	private final Map<String, LongAdder> contended = new ConcurrentHashMap<>();

	@Override
	public void contended(LockAttempt attempt) {
		this.contended.computeIfAbsent(attempt.name(), (name) -> new LongAdder()).increment();
	}

	/**
	 * Returns the counts.
	 * @return the number of contended acquisitions by the lock's name
	 */
	Map<String, Long> byName() {
		Map<String, Long> counts = new TreeMap<>();
		this.contended.forEach((name, count) -> counts.put(name, count.sum()));
		return counts;
	}

}
