package io.distributedlock.test;

import java.util.List;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;

/**
 * Mistakes in what a store forgets.
 */
final class PurgingMutants {

	private PurgingMutants() {
	}

	static List<Mutant> all() {
		return List
			.of(new Mutant("a purge always finds more", "aPurgeComesToAnEnd", (time) -> new SimpleLockStore(time) {
				@Override
				public boolean purgeSome() {
					super.purgeSome();
					return true;
				}
			}), new Mutant("a purge forgets held locks", "aPurgeConcernsNoLockInUse",
					(time) -> new SimpleLockStore(time) {
						@Override
						boolean isUnused(Grant grant) {
							return true;
						}
					}), new Mutant("a purge forgets new tokens", "aPurgeDoesNotLetTokensStartAgain",
							(time) -> new SimpleLockStore(time) {
								@Override
								boolean isUnused(Grant grant) {
									return !isTaken(grant);
								}
							}),
					new Mutant("has no place for the lock of a purge",
							"aKeyThatStartsWithAControlCharacterIsALockLikeAnyOther",
							(time) -> new SimpleLockStore(time) {
								@Override
								public AcquireResult tryAcquire(AcquireCommand command) {
									return command.key().startsWith("\u0001") ? new AcquireResult.Busy()
											: super.tryAcquire(command);
								}
							}));
	}

}
