package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Mistakes in renewing.
 */
final class RenewalMutants {

	private RenewalMutants() {
	}

	static List<Mutant> all() {
		return List.of(new Mutant("renews anyone's lock", "aRenewalByAnotherIsRefusedAndDoesNotProlongTheGrant",
				(time) -> new SimpleLockStore(time) {
					@Override
					boolean isRenewable(Grant grant, String owner) {
						return isTaken(grant);
					}
				}), new Mutant("a renewal shortens the grant", "aRenewalNeverShortensTheGrant",
						(time) -> new SimpleLockStore(time) {
							@Override
							Instant renewedExpiry(Grant grant, Duration ttl) {
								return now().plus(ttl);
							}
						}),
				new Mutant("a renewal does nothing", "aRenewalProlongsTheGrant", (time) -> new SimpleLockStore(time) {
					@Override
					Instant renewedExpiry(Grant grant, Duration ttl) {
						return grant.expiry();
					}
				}), new Mutant("a renewal adds to what remains", "aRenewedGrantLastsOneTtlFromTheRenewal",
						(time) -> new SimpleLockStore(time) {
							@Override
							Instant renewedExpiry(Grant grant, Duration ttl) {
								return grant.expiry().plus(ttl);
							}
						}),
				new Mutant("a renewal revives a released grant", "aRenewalDoesNotReviveAReleasedGrant",
						(time) -> new SimpleLockStore(time) {
							@Override
							boolean isRenewable(Grant grant, String owner) {
								return super.isRenewable(grant, owner) || grant.releasedBy().equals(Optional.of(owner));
							}
						}),
				new Mutant("a renewal revives an expired grant", "aRenewalDoesNotReviveAnExpiredGrant",
						(time) -> new SimpleLockStore(time) {
							@Override
							boolean isRenewable(Grant grant, String owner) {
								return grant.owner().equals(owner);
							}
						}));
	}

}
