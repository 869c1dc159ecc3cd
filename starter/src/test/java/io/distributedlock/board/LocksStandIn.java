package io.distributedlock.board;

import io.distributedlock.DistributedLocks;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * As much of the endpoint as the page needs.
 */
@Endpoint(id = "distributedlocks", defaultAccess = Access.READ_ONLY)
class LocksStandIn {

	private final DistributedLocks locks;

	LocksStandIn(DistributedLocks locks) {
		this.locks = locks;
	}

	@ReadOperation
	@Nullable Lock find(@Selector(match = Match.ALL_REMAINING) String... key) {
		return this.locks.find(String.join("/", key))
			.map((info) -> new Lock(info.key(), info.fencingToken()))
			.orElse(null);
	}

	@DeleteOperation
	WebEndpointResponse<Void> release(@Selector(match = Match.ALL_REMAINING) String... key) {
		return new WebEndpointResponse<>(this.locks.forceRelease(String.join("/", key)) ? 204 : 404);
	}

	record Lock(String key, long fencingToken) {
	}

}
