package io.distributedlock.test;

import java.time.Duration;
import java.util.List;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;

/**
 * Mistakes in what a probe tells and does.
 */
final class StoreProbeMutants {

	private StoreProbeMutants() {
	}

	static List<Mutant> all() {
		return List.of(new Mutant("a probe asks nobody", "anUnreachableStoreFailsItsProbe",
				(time) -> new SimpleLockStore(time) {
					@Override
					public void probe() {
					}
				}), new Mutant("a probe fails the second time", "aProbeOfAStoreThatWorksSucceeds",
						(time) -> new SimpleLockStore(time) {
							private boolean probed;

							@Override
							public void probe() {
								super.probe();
								if (this.probed) {
									throw new LockStoreException("Probed already", null);
								}
								this.probed = true;
							}
						}),
				new Mutant("a probe takes a lock", "aProbeLeavesNoLockBehind", (time) -> new SimpleLockStore(time) {
					@Override
					public void probe() {
						tryAcquire(new AcquireCommand("probe", "probe", "probe", Duration.ofMinutes(1)));
					}
				}),
				new Mutant("a probe forgets all locks", "aProbeConcernsNoLock", (time) -> new SimpleLockStore(time) {
					@Override
					public void probe() {
						held("", Integer.MAX_VALUE).forEach((lock) -> forceRelease(lock.key()));
					}
				}));
	}

}
