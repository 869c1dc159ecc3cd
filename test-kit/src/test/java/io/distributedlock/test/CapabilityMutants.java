package io.distributedlock.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes in what a store can do beyond the atomic steps.
 */
final class CapabilityMutants {

	private CapabilityMutants() {
	}

	static List<Mutant> all() {
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
						}),
				new Mutant("a release that queues again forgets to release",
						"aReleaseThatQueuesAgainLeavesTheLockFreeIfNobodyElseWaits",
						(time) -> new SimpleLockStore(time) {
							@Override
							public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
								return ReleaseResult.RELEASED;
							}
						}),
				new Mutant("a release that queues again ends the grant of another",
						"aReleaseThatQueuesAgainDoesNotEndTheGrantOfAnother", (time) -> new SimpleLockStore(time) {
							@Override
							public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
								forceRelease(command.key());
								return super.releaseAndQueue(command, node);
							}
						}),
				new Mutant("a release that queues again only says so",
						"aNodeThatIsQueuedByItsReleaseIsWokenByTheNextOne", (time) -> new SimpleLockStore(time) {
							@Override
							public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
								release(command);
								return ReleaseResult.RELEASED_AND_QUEUED;
							}
						}),
				new Mutant("a release that queues again puts the node first",
						"aNodeThatReleasesAndQueuesAgainComesAfterTheOthers", (time) -> new SimpleLockStore(time) {
							@Override
							public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
								ReleaseResult result = release(command);
								queue(command.key()).addFirst(node);
								return result;
							}

							@Override
							public AcquireResult tryAcquire(AcquireCommand command) {
								String head = queue(command.key()).peek();
								return (head == null || head.equals(command.node()) || find(command.key()).isPresent())
										? super.tryAcquire(command) : new AcquireResult.Busy();
							}
						}));
	}

}
