package io.distributedlock.test;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes in granting locks and in telling an outage.
 */
final class GrantMutants {

	private GrantMutants() {
	}

	static List<Mutant> all() {
		return List.of(new Mutant("grants a held lock to anyone", "aLockIsGrantedToOneOwnerOnly",
				(time) -> new SimpleLockStore(time) {
					@Override
					public AcquireResult tryAcquire(AcquireCommand command) {
						return step(() -> granted(put(new Grant(command.key(), command.owner(), command.node(),
								nextToken(null), now(), now().plus(command.ttl()), Optional.empty()))));
					}
				}), new Mutant("checks and grants in two steps", "aLockNeverUsedBeforeIsGrantedToOneOfManyAtOnce",
						(time) -> new SimpleLockStore(time) {
							@Override
							<T> T step(Supplier<T> step) {
								super.step(Optional::empty);
								return step.get();
							}

							@Override
							long nextToken(@Nullable Grant last) {
								LockSupport.parkNanos(100_000);
								return super.nextToken(last);
							}
						}),
				new Mutant("never lets a grant expire", "anExpiredGrantFreesTheLock",
						(time) -> new SimpleLockStore(time) {
							@Override
							boolean isTaken(Grant grant) {
								return grant.releasedBy().isEmpty() || super.isTaken(grant);
							}
						}),
				new Mutant("ends an expired grant but grants the lock to nobody any more", "anExpiredGrantFreesTheLock",
						(time) -> new SimpleLockStore(time) {
							@Override
							public AcquireResult tryAcquire(AcquireCommand command) {
								return step(() -> isExpired(command.key()) ? new AcquireResult.Busy()
										: super.tryAcquire(command));
							}

							private boolean isExpired(String key) {
								return last(key).filter((last) -> last.releasedBy().isEmpty() && !isTaken(last))
									.isPresent();
							}
						}),
				new Mutant("ends a grant before its ttl", "aGrantLastsForItsTtl", (time) -> new SimpleLockStore(time) {
					@Override
					public AcquireResult tryAcquire(AcquireCommand command) {
						return super.tryAcquire(new AcquireCommand(command.key(), command.owner(), command.node(),
								command.ttl().dividedBy(5)));
					}
				}), new Mutant("a replayed acquire is another grant", "aReplayedAcquireReturnsTheGrantInForce",
						(time) -> new SimpleLockStore(time) {
							@Override
							AcquireResult replay(Grant grant, AcquireCommand command) {
								return granted(put(new Grant(grant.key(), grant.owner(), grant.node(), nextToken(grant),
										now(), grant.expiry(), Optional.empty())));
							}
						}),
				new Mutant("a replayed acquire prolongs the grant", "aReplayedAcquireDoesNotProlongTheGrant",
						(time) -> new SimpleLockStore(time) {
							@Override
							AcquireResult replay(Grant grant, AcquireCommand command) {
								return granted(put(grant.until(now().plus(command.ttl()))));
							}
						}),
				new Mutant("a replayed acquire tells another time of the grant",
						"aReplayedAcquireStillReturnsTheGrantLater", (time) -> new SimpleLockStore(time) {
							@Override
							AcquireResult replay(Grant grant, AcquireCommand command) {
								return new AcquireResult.Granted(grant.token(), now());
							}
						}),
				new Mutant("refuses the holder's own replayed acquire", "aReplayedAcquireReturnsTheGrantInForce",
						(time) -> new SimpleLockStore(time) {
							@Override
							AcquireResult replay(Grant grant, AcquireCommand command) {
								return contended(grant);
							}
						}),
				new Mutant("tells the wrong holder", "whoeverIsRefusedLearnsWhoHoldsTheLockOrThatItIsBusy",
						(time) -> new SimpleLockStore(time) {
							@Override
							AcquireResult contended(Grant grant) {
								return new AcquireResult.Held(grant.owner(), grant.token(), Contender.LONG);
							}
						}),
				new Mutant("reports an outage as contention", "anUnreachableStoreFailsToAcquire",
						(time) -> new SimpleLockStore(time) {
							@Override
							public AcquireResult tryAcquire(AcquireCommand command) {
								try {
									return super.tryAcquire(command);
								}
								catch (LockStoreException ex) {
									return new AcquireResult.Busy();
								}
							}
						}),
				new Mutant("reports an outage as a refused renewal", "anUnreachableStoreFailsToRenew",
						(time) -> new SimpleLockStore(time) {
							@Override
							public RenewResult renew(RenewCommand command) {
								try {
									return super.renew(command);
								}
								catch (LockStoreException ex) {
									return RenewResult.REFUSED;
								}
							}
						}));
	}

}
