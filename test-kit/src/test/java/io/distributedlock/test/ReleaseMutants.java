package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;

/**
 * Mistakes in ending grants.
 */
final class ReleaseMutants {

	private ReleaseMutants() {
	}

	static List<Mutant> all() {
		return List.of(new Mutant("releases anyone's lock", "aReleaseByAnotherDoesNothing",
				(time) -> new SimpleLockStore(time) {
					@Override
					boolean isReleasable(Grant grant, String owner) {
						return isTaken(grant);
					}
				}), new Mutant("releases anyone's lock but says it did not", "aReleaseByAnotherDoesNothing",
						(time) -> new SimpleLockStore(time) {
							@Override
							public ReleaseResult release(ReleaseCommand command) {
								ReleaseResult result = super.release(command);
								if (result == ReleaseResult.NOT_OWNED) {
									forceRelease(command.key());
								}
								return result;
							}
						}),
				new Mutant("a release does not free the lock", "aReleaseFreesTheLock",
						(time) -> new SimpleLockStore(time) {
							@Override
							void end(Grant grant, Instant keptUntil) {
								put(grant);
							}
						}),
				new Mutant("does not know a repeated release", "aRepeatedReleaseHasTheSameResult",
						(time) -> new SimpleLockStore(time) {
							@Override
							ReleaseResult repeatedRelease() {
								return ReleaseResult.NOT_OWNED;
							}
						}),
				new Mutant("releases an expired grant", "aReleaseOfAnExpiredGrantSaysThatItWasLost",
						(time) -> new SimpleLockStore(time) {
							@Override
							boolean isReleasable(Grant grant, String owner) {
								return grant.owner().equals(owner);
							}
						}),
				new Mutant("ignores minHold", "minHoldKeepsTheLockForLessThanTheTtl",
						(time) -> new SimpleLockStore(time) {
							@Override
							Instant keptUntil(Grant grant, Duration minHold) {
								return now();
							}
						}),
				new Mutant("lets minHold end with the ttl", "minHoldKeepsTheLockForMoreThanTheTtl",
						(time) -> new SimpleLockStore(time) {
							@Override
							Instant keptUntil(Grant grant, Duration minHold) {
								Instant until = super.keptUntil(grant, minHold);
								return until.isBefore(grant.expiry()) ? until : grant.expiry();
							}
						}),
				new Mutant("leaves the ttl's expiry where minHold ends earlier", "minHoldKeepsTheLockForLessThanTheTtl",
						(time) -> new SimpleLockStore(time) {
							@Override
							Instant keptUntil(Grant grant, Duration minHold) {
								return minHold.isZero() ? now() : grant.expiry();
							}
						}),
				new Mutant("counts minHold from the release", "minHoldCountsFromTheGrantNotFromTheRelease",
						(time) -> new SimpleLockStore(time) {
							@Override
							Instant keptUntil(Grant grant, Duration minHold) {
								return now().plus(minHold);
							}
						}),
				new Mutant("leaves the lock to its owner during minHold", "aLockKeptByMinHoldCannotBeRenewed",
						(time) -> new SimpleLockStore(time) {
							@Override
							void end(Grant grant, Instant keptUntil) {
								put(grant.until(keptUntil));
							}
						}),
				new Mutant("does not end an abandoned grant", "anAbandonedGrantIsOver",
						(time) -> new SimpleLockStore(time) {
							@Override
							public boolean abandon(String key, String owner, Duration bound) {
								return false;
							}
						}),
				new Mutant("promises to refuse an abandoned owner and grants it",
						"anOwnerAbandonedForGoodIsNotGrantedTheLockAfterwards", (time) -> new SimpleLockStore(time) {
							@Override
							public boolean abandon(String key, String owner, Duration bound) {
								release(new ReleaseCommand(key, owner, Duration.ZERO));
								return true;
							}
						}),
				new Mutant("abandons whoever holds the lock", "abandoningAnotherOwnerDoesNotEndTheGrant",
						(time) -> new SimpleLockStore(time) {
							@Override
							public boolean abandon(String key, String owner, Duration bound) {
								forceRelease(key);
								return super.abandon(key, owner, bound);
							}
						}));
	}

}
