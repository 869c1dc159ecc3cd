package io.distributedlock.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Mistakes in numbering grants.
 */
final class FencingTokenMutants {

	private FencingTokenMutants() {
	}

	static List<Mutant> all() {
		return List.of(new Mutant("gives every grant the same token", "tokensGrowOverReleases",
				(time) -> new SimpleLockStore(time) {
					private final long token = micros();

					@Override
					long nextToken(@Nullable Grant last) {
						return this.token;
					}
				}), new Mutant("forgets the token with the release", "tokensGrowOverReleases",
						(time) -> new SimpleLockStore(time) {
							@Override
							long nextToken(@Nullable Grant last) {
								return super.nextToken((last != null && last.releasedBy().isPresent()) ? null : last);
							}
						}),
				new Mutant("starts the token anew when a grant expired", "tokensGrowOverExpiry",
						(time) -> new SimpleLockStore(time) {
							private final long start = micros();

							@Override
							long nextToken(@Nullable Grant last) {
								return (last != null && last.releasedBy().isPresent()) ? super.nextToken(last)
										: this.start;
							}
						}),
				new Mutant("counts tokens from one", "theFirstTokenIsTheStoresClockInMicroseconds",
						(time) -> new SimpleLockStore(time) {
							@Override
							long nextToken(@Nullable Grant last) {
								return (last != null) ? last.token() + 1 : 1;
							}
						}),
				new Mutant("counts tokens up without looking at the clock again", "laterTokensFollowTheStoresClock",
						(time) -> new SimpleLockStore(time) {
							@Override
							long nextToken(@Nullable Grant last) {
								return (last != null) ? last.token() + 1 : micros();
							}
						}),
				new Mutant("has tokens in nanoseconds", "tokensFitIntoADouble", (time) -> new SimpleLockStore(time) {
					@Override
					long nextToken(@Nullable Grant last) {
						return super.nextToken(last) * 1000;
					}
				}));
	}

}
