package io.distributedlock.redis;

import java.util.List;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;

/**
 * What the scripts answer, as results.
 */
final class Replies {

	private Replies() {
	}

	static AcquireResult acquire(List<String> reply) {
		return switch (reply.get(0)) {
			case "granted" -> new AcquireResult.Granted(Long.parseLong(reply.get(1)), Micros.instant(reply.get(2)));
			case "held" ->
				new AcquireResult.Held(reply.get(1), Long.parseLong(reply.get(2)), Micros.duration(reply.get(3)));
			case "busy" -> new AcquireResult.Busy();
			default -> throw unknown(reply);
		};
	}

	static boolean isGranted(List<String> reply) {
		return reply.get(0).equals("granted");
	}

	static boolean isRenewed(List<String> reply) {
		return reply.contains("renewed");
	}

	static RenewResult renew(String reply) {
		return switch (reply) {
			case "renewed" -> RenewResult.RENEWED;
			case "refused" -> RenewResult.REFUSED;
			default -> throw unknown(reply);
		};
	}

	static ReleaseResult release(List<String> reply) {
		return switch (reply.get(0)) {
			case "released" -> ReleaseResult.RELEASED;
			case "queued" -> ReleaseResult.RELEASED_AND_QUEUED;
			case "not owned" -> ReleaseResult.NOT_OWNED;
			default -> throw unknown(reply);
		};
	}

	private static LockStoreException unknown(Object reply) {
		return new LockStoreException("Redis answered '%s' to a script".formatted(reply), null);
	}

}
