package io.distributedlock.autoconfigure;

import java.time.Duration;

import io.distributedlock.Lease;
import io.distributedlock.LockListener;
import io.distributedlock.event.LockAcquired;
import io.distributedlock.event.LockReleased;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes each grant and release as an application event.
 */
final class LockEvents implements LockListener {

	private final ApplicationEventPublisher publisher;

	LockEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void acquired(Lease lease, Duration waited) {
		this.publisher.publishEvent(LockAcquired.of(lease, waited));
	}

	@Override
	public void released(Lease lease, Duration held) {
		this.publisher.publishEvent(LockReleased.of(lease, held));
	}

}
