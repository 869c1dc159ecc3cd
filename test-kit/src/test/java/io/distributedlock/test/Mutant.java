package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A store with one mistake.
 *
 * @param mistake what it does wrong
 * @param test the test of the contract meant to find out
 * @param store creates it
 */
record Mutant(String mistake, String test, Function<TimeSource, SimpleLockStore> store) {

	static List<Mutant> all() {
		List<Mutant> all = new ArrayList<>();
		all.addAll(ofGrants());
		all.addAll(ofReleases());
		all.addAll(ofRenewals());
		all.addAll(ofTokens());
		all.addAll(ofKeys());
		all.addAll(ofCapabilities());
		return all;
	}

	private static List<Mutant> ofGrants() {
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

	private static List<Mutant> ofReleases() {
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

	private static List<Mutant> ofRenewals() {
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

	private static List<Mutant> ofTokens() {
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

	private static List<Mutant> ofKeys() {
		return List.of(
				withKeys("ignores the case of keys", "keysThatLookAlikeAreDifferentLocks",
						(key) -> key.toLowerCase(Locale.ROOT)),
				withKeys("ignores blanks at the end of keys", "keysThatLookAlikeAreDifferentLocks",
						String::stripTrailing),
				withKeys("cannot store astral characters", "keysThatLookAlikeAreDifferentLocks",
						(key) -> key.replaceAll("[^\\x{0}-\\x{ffff}]", "?")),
				withKeys("cuts keys off after 254 characters", "keysOf255CodePointsAreToldApartByTheLast",
						(key) -> key.substring(0, Math.min(254, key.length()))),
				withKeys("has one lock for all keys", "locksOfDifferentKeysAreIndependent", (key) -> ""));
	}

	private static Mutant withKeys(String mistake, String test, Function<String, String> keyOf) {
		return new Mutant(mistake, test, (time) -> new SimpleLockStore(time) {
			@Override
			String keyOf(String key) {
				return keyOf.apply(key);
			}
		});
	}

	private static List<Mutant> ofCapabilities() {
		return List.of(new Mutant("a batch stops at the first refusal", "resultsOfABatchAreInTheOrderOfItsCommands",
				(time) -> new SimpleLockStore(time) {
					@Override
					public List<RenewResult> renewAll(List<RenewCommand> commands) {
						List<RenewResult> results = new ArrayList<>(
								Collections.nCopies(commands.size(), RenewResult.REFUSED));
						for (int i = 0; i < commands.size()
								&& (i == 0 || results.get(i - 1) == RenewResult.RENEWED); i++) {
							results.set(i, renew(commands.get(i)));
						}
						return results;
					}
				}), new Mutant("a batch sorts its results", "resultsOfABatchAreInTheOrderOfItsCommands",
						(time) -> new SimpleLockStore(time) {
							@Override
							public List<RenewResult> renewAll(List<RenewCommand> commands) {
								return super.renewAll(commands).stream().sorted().toList();
							}
						}),
				new Mutant("a batch takes one ttl for all", "eachCommandOfABatchHasItsOwnTtl",
						(time) -> new SimpleLockStore(time) {
							@Override
							public List<RenewResult> renewAll(List<RenewCommand> commands) {
								Duration ttl = commands.get(0).ttl();
								return super.renewAll(commands.stream()
									.map((each) -> new RenewCommand(each.key(), each.owner(), ttl))
									.toList());
							}
						}),
				new Mutant("finds locks that are free", "aFreeLockIsNotFound", (time) -> new SimpleLockStore(time) {
					private final Set<StoredLock> found = Collections.synchronizedSet(new HashSet<>());

					@Override
					public AcquireResult tryAcquire(AcquireCommand command) {
						AcquireResult result = super.tryAcquire(command);
						super.find(command.key()).ifPresent(this.found::add);
						return result;
					}

					@Override
					public Optional<StoredLock> find(String key) {
						return super.find(key)
							.or(() -> this.found.stream().filter((each) -> each.key().equals(key)).findFirst());
					}
				}), new Mutant("lists by a pattern", "theStartOfAKeyIsComparedLiterally",
						(time) -> new SimpleLockStore(time) {
							@Override
							boolean startsWith(String key, String prefix) {
								String pattern = Pattern.quote(prefix).replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q");
								return Pattern.compile(pattern).matcher(key).lookingAt();
							}
						}),
				new Mutant("lists keys that have the start anywhere", "heldLocksAreListedByTheStartOfTheirKeys",
						(time) -> new SimpleLockStore(time) {
							@Override
							boolean startsWith(String key, String prefix) {
								return key.contains(prefix);
							}
						}),
				new Mutant("lists more than asked for", "noMoreLocksAreListedThanAskedFor",
						(time) -> new SimpleLockStore(time) {
							@Override
							public List<StoredLock> held(String keyPrefix, int limit) {
								return super.held(keyPrefix, Integer.MAX_VALUE);
							}
						}),
				new Mutant("a forced release leaves the lock to its owner's renewals",
						"theFormerHolderCannotRenewOrReleaseAfterAForcedRelease", (time) -> new SimpleLockStore(time) {
							private final Set<String> forced = Collections.synchronizedSet(new HashSet<>());

							@Override
							public boolean forceRelease(String key) {
								this.forced.add(key);
								return super.forceRelease(key);
							}

							@Override
							public RenewResult renew(RenewCommand command) {
								return this.forced.contains(command.key()) ? RenewResult.RENEWED : super.renew(command);
							}
						}),
				new Mutant("a forced release forgets the token", "aForcedReleaseFreesTheLockAndTheTokenGrows",
						(time) -> new SimpleLockStore(time) {
							@Override
							long nextToken(@Nullable Grant last) {
								return super.nextToken((last != null && last.owner().equals(NOBODY)) ? null : last);
							}
						}),
				new Mutant("forces free locks", "aFreeLockCannotBeForced", (time) -> new SimpleLockStore(time) {
					@Override
					public boolean forceRelease(String key) {
						super.forceRelease(key);
						return true;
					}
				}), new Mutant("wakes nobody", "aQueuedNodeIsWokenByTheRelease", (time) -> new SimpleLockStore(time) {
					@Override
					void wakeHead(String key) {
					}
				}), new Mutant("keeps nodes in the queue that gave up",
						"aNodeIsWokenByTheReleaseWhenTheOneBeforeItHadGivenUp", (time) -> new SimpleLockStore(time) {
							@Override
							public void leaveQueue(String key, String node) {
							}
						}),
				new Mutant("keeps a released lock for the head for ever",
						"queuedNodesThatNeverComeBackDoNotKeepTheLock", (time) -> new SimpleLockStore(time) {
							@Override
							public AcquireResult tryAcquire(AcquireCommand command) {
								String head = queue(command.key()).peek();
								return (head == null || head.equals(command.node()) || find(command.key()).isPresent())
										? super.tryAcquire(command) : new AcquireResult.Busy();
							}
						}));
	}

	@Override
	public String toString() {
		return this.mistake;
	}

}
