package io.distributedlock.autoconfigure;

import io.distributedlock.LeaseLost;
import io.distributedlock.LockListener;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes each lost lease as an application event.
 */
final class LeaseLostEvents implements LockListener {

	private final ApplicationEventPublisher publisher;

	LeaseLostEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void lost(LeaseLost lost) {
		this.publisher.publishEvent(lost);
	}

}
