package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockStoreException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import io.distributedlock.engine.GrantedLease;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Methods that return a Mono or a Flux.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockedPublishersTests {

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final LockedNode node = new LockedNode("this-node", this.store, Service.class);

	private final LockedNode other = new LockedNode("other-node", this.store, Service.class);

	private final Service service = this.node.get(Service.class);

	@AfterEach
	void closeNodes() {
		this.node.close();
		this.other.close();
	}

	@Test
	void nothingHappensBeforeTheSubscription() {
		Mono<String> locked = this.service.mono("a", () -> Mono.just("x"));

		assertThat(this.service.calls()).isZero();
		assertThat(this.node.isHeld("a")).isFalse();
		StepVerifier.create(locked).expectNext("x").expectComplete().verify(LockedNode.PATIENCE);
		assertThat(this.service.calls()).isOne();
	}

	@Test
	void lockIsHeldUntilTheMonoIsDone() {
		Sinks.One<String> work = Sinks.one();

		StepVerifier.create(this.service.mono("a", work::asMono)).then(() -> {
			awaitCall();
			assertThat(this.other.isHeld("a")).isTrue();
			work.tryEmitValue("x").orThrow();
		}).expectNext("x").expectComplete().verify(LockedNode.PATIENCE);
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void lockIsHeldUntilTheFluxIsDone() {
		TestPublisher<String> work = TestPublisher.createCold();

		StepVerifier.create(this.service.flux("a", work::flux)).then(() -> {
			awaitCall();
			work.next("x", "y");
		})
			.expectNext("x", "y")
			.then(() -> assertThat(this.other.isHeld("a")).isTrue())
			.then(work::complete)
			.expectComplete()
			.verify(LockedNode.PATIENCE);
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void lockIsFreeWhenTheSubscriberLearnsOfTheEnd() {
		List<Boolean> held = new CopyOnWriteArrayList<>();
		Runnable look = () -> held.add(this.node.isHeld("a"));

		this.service.mono("a", () -> Mono.just("x")).doOnNext((value) -> look.run()).block(LockedNode.PATIENCE);
		this.service.mono("a", Mono::<String>empty).doOnTerminate(look).block(LockedNode.PATIENCE);
		this.service.flux("a", () -> Flux.just("x", "y")).doOnComplete(look).blockLast(LockedNode.PATIENCE);
		this.service.flux("a", () -> Flux.error(new IllegalStateException()))
			.doOnError((failure) -> look.run())
			.onErrorComplete()
			.blockLast(LockedNode.PATIENCE);

		assertThat(held).containsExactly(false, false, false, false);
	}

	@Test
	void errorsReachTheSubscriberUnchanged() throws Throwable {
		for (Throwable failure : List.of(new IllegalStateException("mine"), new Exception("checked"),
				new AssertionError("error"), new LockNotAcquiredException("another", Duration.ZERO, null))) {
			StepVerifier.create(this.service.skipping("a", () -> Mono.error(failure)))
				.verifyErrorSatisfies((error) -> assertThat(error).isSameAs(failure).hasNoSuppressedExceptions());
			StepVerifier.create(this.service.throwing("a", () -> failure))
				.verifyErrorSatisfies((error) -> assertThat(error).isSameAs(failure));
			assertThat(this.node.isHeld("a")).isFalse();
		}
	}

	@Test
	void methodThatReturnsNoPublisherFailsAndReleases() {
		StepVerifier.create(this.service.nothing("a"))
			.expectErrorMatches((error) -> error instanceof NullPointerException)
			.verify(LockedNode.PATIENCE);
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void eachSubscriptionTakesTheLockAndCallsTheMethod() {
		List<Long> tokens = new CopyOnWriteArrayList<>();
		Mono<String> locked = this.service.mono("a", () -> {
			tokens.add(this.node.tokenOf("a").orElseThrow());
			return (tokens.size() < 3) ? Mono.error(new IllegalStateException()) : Mono.just("x");
		});

		StepVerifier.create(locked.retry(2)).expectNext("x").expectComplete().verify(LockedNode.PATIENCE);

		assertThat(this.service.calls()).isEqualTo(3);
		assertThat(tokens).hasSize(3).doesNotHaveDuplicates().isSorted();
	}

	@Test
	void contentionOfALaterSubscriptionIsContentionToo() {
		Mono<String> locked = this.service.skipping("a", () -> Mono.just("x"));

		assertThat(locked.block(LockedNode.PATIENCE)).isEqualTo("x");
		try (Lease lease = this.other.hold("a")) {
			assertThat(locked.blockOptional(LockedNode.PATIENCE)).isEmpty();
		}
		assertThat(locked.block(LockedNode.PATIENCE)).isEqualTo("x");
	}

	@Test
	void keyIsThatOfTheCall() {
		List<String> items = new ArrayList<>(List.of("before"));
		Mono<String> locked = this.service.keyOf(items);
		items.set(0, "after");

		assertThat(locked.block(LockedNode.PATIENCE)).isEqualTo("before");
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.service.mono(null, Mono::empty));
	}

	@Test
	void leaseIsInTheReactorContextAndWhereTheMethodIsCalled() {
		List<Lease> leases = new ArrayList<>();

		Lease inContext = this.service.lease("a", () -> leases.add(LockContext.current().orElseThrow()))
			.blockOptional(LockedNode.PATIENCE)
			.orElseThrow();

		assertThat(inContext.key()).isEqualTo("a");
		assertThat(inContext.isHeld()).isFalse();
		assertThat(leases).containsExactly(inContext);
	}

	@Test
	void contextOfTheSubscriberReachesTheSourceAndTheLeaseDoesNotLeaveIt() {
		Mono<String> locked = this.service.mono("a",
				() -> Mono.deferContextual((context) -> Mono.just(context.get("user"))));

		String user = locked
			.transformDeferredContextual((mono, context) -> mono.map((value) -> value + context.hasKey(Lease.class)))
			.contextWrite(Context.of("user", "me "))
			.block(LockedNode.PATIENCE);

		assertThat(user).isEqualTo("me false");
	}

	@Test
	void demandOfTheSubscriberReachesTheSource() {
		List<Long> requests = new CopyOnWriteArrayList<>();

		StepVerifier.create(this.service.flux("a", () -> Flux.just("x", "y", "z").doOnRequest(requests::add)), 0)
			.expectSubscription()
			.then(this::awaitCall)
			.thenRequest(2)
			.expectNext("x", "y")
			.thenRequest(1)
			.expectNext("z")
			.expectComplete()
			.verify(LockedNode.PATIENCE);
		assertThat(requests).containsExactly(2L, 1L);
	}

	@Test
	void contentionIsAnErrorByDefault() {
		try (Lease lease = this.other.hold("a")) {
			StepVerifier.create(this.service.mono("a", () -> Mono.just("x")))
				.expectErrorSatisfies(
						(error) -> assertThat(error).isInstanceOfSatisfying(LockNotAcquiredException.class,
								(refused) -> assertThat(refused.holder()).hasValue("other-node")))
				.verify(LockedNode.PATIENCE);
		}
		assertThat(this.service.calls()).isZero();
	}

	@Test
	void skippedPublishersAreEmpty() {
		try (Lease lease = this.other.hold("a")) {
			StepVerifier.create(this.service.skipping("a", () -> Mono.just("x")))
				.expectComplete()
				.verify(LockedNode.PATIENCE);
			StepVerifier.create(this.service.skippingFlux("a")).expectComplete().verify(LockedNode.PATIENCE);
		}
		assertThat(this.service.calls()).isZero();
	}

	@Test
	void fallbackIsSubscribedWithoutTheLock() {
		try (Lease lease = this.other.hold("a")) {
			StepVerifier.create(this.service.withFallback("a"))
				.expectNext("instead of other-node, under []")
				.expectComplete()
				.verify(LockedNode.PATIENCE);
		}
		assertThat(this.service.withFallback("a").block(LockedNode.PATIENCE)).isEqualTo("x");
	}

	@Test
	void nothingBeginsAfterAShutdown() {
		assertThat(this.node.locks.endWork()).isCompleted();

		StepVerifier.create(this.service.skipping("a", () -> Mono.just("x")))
			.expectError(LockShutdownException.class)
			.verify(LockedNode.PATIENCE);
		StepVerifier.create(this.service.nightly()).expectComplete().verify(LockedNode.PATIENCE);
		assertThat(this.service.calls()).isZero();
	}

	@Test
	void shutdownWaitsForTheSubscription() {
		Sinks.One<String> work = Sinks.one();
		CompletableFuture<String> subscriber = this.service.mono("a", work::asMono).toFuture();
		awaitCall();

		CompletionStage<Void> ended = this.node.locks.endWork();
		assertThat(ended).isNotCompleted();
		work.tryEmitEmpty().orThrow();
		assertThat(ended.toCompletableFuture()).succeedsWithin(LockedNode.PATIENCE);
		assertThat(subscriber).succeedsWithin(LockedNode.PATIENCE);
	}

	@Test
	void failingStoreIsAnErrorAndNotContention() {
		LockStoreException failure = new LockStoreException("down", null);
		try (LockedNode broken = new LockedNode("broken", new StoreOffTheEventLoop(this.store) {
			@Override
			void check() {
				throw failure;
			}
		}, Service.class)) {
			StepVerifier.create(broken.get(Service.class).skipping("a", () -> Mono.just("x")))
				.expectError(LockStoreException.class)
				.verify(LockedNode.PATIENCE);
		}
	}

	@Test
	void cancelledWhileItWorksItReleases() throws InterruptedException {
		TestPublisher<String> work = TestPublisher.createCold();
		Disposable subscription = this.service.flux("a", work::flux).subscribe();
		awaitCall();

		subscription.dispose();

		this.node.awaitFree("a");
		work.assertCancelled();
	}

	@Test
	void cancelledWhileItWaitsItGivesUp() {
		Lease lease = this.other.hold("a");
		Disposable subscription = this.service.waiting("a").subscribe();

		subscription.dispose();
		lease.close();

		this.other.hold("a").close();
		assertThat(this.service.calls()).isZero();
	}

	@Test
	void subscriberThatTakesEnoughReleases() throws InterruptedException {
		StepVerifier.create(this.service.flux("a", () -> Flux.just("x", "y", "z")).take(1))
			.expectNext("x")
			.expectComplete()
			.verify(LockedNode.PATIENCE);
		this.node.awaitFree("a");
	}

	@Test
	void nestedPublisherOnAnotherThreadJoinsTheLease() {
		List<Optional<Long>> tokens = new CopyOnWriteArrayList<>();
		Supplier<Mono<String>> look = () -> Mono.fromCallable(() -> {
			tokens.add(this.node.tokenOf("a"));
			return "x";
		});

		this.service
			.mono("a",
					() -> Mono.delay(Duration.ofMillis(1))
						.flatMap((tick) -> this.service.mono("a", look))
						.flatMap((inner) -> look.get()))
			.block(LockedNode.PATIENCE);

		assertThat(tokens).hasSize(2).doesNotContain(Optional.empty());
		assertThat(tokens.get(0)).isEqualTo(tokens.get(1));
		assertThat(this.node.isHeld("a")).isFalse();
	}

	@Test
	void outerLeaseIsJoinedThroughAnotherLockToo() {
		Lease inner = this.service
			.mono("a",
					() -> Mono.delay(Duration.ofMillis(1))
						.flatMap((tick) -> this.service.mono("b",
								() -> Mono.delay(Duration.ofMillis(1))
									.flatMap((tock) -> this.service.mono("a", () -> Mono.just("x"))))))
			.then(this.service.lease("a", () -> {
			}))
			.block(LockedNode.PATIENCE);

		assertThat(inner).isNotNull();
		assertThat(this.service.calls()).isEqualTo(3);
	}

	@Test
	void publisherThatIsSubscribedUnderAClosureJoinsItsLease() {
		this.node.locks.run(LockRequest.of("a"),
				() -> assertThat(this.service.mono("a", () -> Mono.just("x")).block(LockedNode.PATIENCE))
					.isEqualTo("x"));
	}

	@Test
	void anotherSubscriptionDoesNotJoin() {
		Sinks.One<String> work = Sinks.one();
		Disposable subscription = this.service.mono("a", work::asMono).subscribe();
		awaitCall();

		StepVerifier.create(this.service.mono("a", () -> Mono.just("x")))
			.expectError(LockNotAcquiredException.class)
			.verify(LockedNode.PATIENCE);
		subscription.dispose();
	}

	@Test
	void lossCancelsTheSourceAndIsSignalledAtOnce() {
		TestPublisher<String> work = TestPublisher.createCold();

		StepVerifier.create(this.service.flux("a", work::flux)).then(() -> {
			awaitCall();
			work.next("x");
		})
			.expectNext("x")
			.then(() -> assertThat(this.node.locks.forceRelease("a")).isTrue())
			.expectErrorSatisfies(
					(error) -> assertThat(error).isInstanceOfSatisfying(LeaseLostException.class, (lost) -> {
						assertThat(lost.reason()).isEqualTo(Reason.FORCE_RELEASED);
						assertThat(lost).hasNoSuppressedExceptions();
					}))
			.verify(LockedNode.PATIENCE);
		work.assertCancelled();
	}

	@Test
	void lossThatIsToBeIgnoredEndsNothing() {
		Sinks.One<String> work = Sinks.one();

		StepVerifier.create(this.service.ignoring("a", work::asMono)).then(() -> {
			awaitCall();
			assertThat(this.node.locks.forceRelease("a")).isTrue();
			work.tryEmitValue("x").orThrow();
		}).expectNext("x").expectComplete().verify(LockedNode.PATIENCE);
	}

	@Test
	void lossThatIsFoundAfterAnErrorIsAddedToIt() throws Throwable {
		IllegalStateException failure = new IllegalStateException("mine");

		Mono<String> locked = this.service.throwing("a", () -> {
			((GrantedLease) LockContext.current().orElseThrow()).refused();
			return failure;
		});

		StepVerifier.create(locked)
			.expectErrorSatisfies((error) -> assertThat(error).isSameAs(failure))
			.verify(LockedNode.PATIENCE);
		assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LeaseLostException.class);
	}

	@Test
	void joinedWorkFailsWithItsOuterOne() {
		TestPublisher<String> work = TestPublisher.createCold();

		StepVerifier.create(this.service.flux("a", () -> this.service.flux("a", work::flux))).then(() -> {
			awaitCalls(2);
			assertThat(this.node.locks.forceRelease("a")).isTrue();
		}).expectError(LeaseLostException.class).verify(LockedNode.PATIENCE);
		work.assertCancelled();
	}

	@Test
	void theMethodRunsWhereItMayBlockAlsoForASubscriberOnAnEventLoop() {
		List<Boolean> nonBlocking = new CopyOnWriteArrayList<>();

		this.service.mono("a", () -> {
			nonBlocking.add(Schedulers.isInNonBlockingThread());
			return Mono.just("x");
		}).subscribeOn(Schedulers.parallel()).block(LockedNode.PATIENCE);

		assertThat(nonBlocking).containsExactly(false);
	}

	private void awaitCall() {
		awaitCalls(1);
	}

	private void awaitCalls(int calls) {
		long until = System.nanoTime() + LockedNode.PATIENCE.toNanos();
		while (this.service.subscriptions() < calls) {
			assertThat(until - System.nanoTime()).as("time left until the work is subscribed").isPositive();
			Thread.onSpinWait();
		}
	}

	static class Service {

		private final AtomicInteger calls = new AtomicInteger();

		private final AtomicInteger subscriptions = new AtomicInteger();

		public int calls() {
			return this.calls.get();
		}

		public int subscriptions() {
			return this.subscriptions.get();
		}

		@DistributedLock("#key")
		public Mono<String> mono(@Nullable String key, Supplier<Mono<String>> work) {
			this.calls.incrementAndGet();
			return work.get().doOnSubscribe((subscription) -> this.subscriptions.incrementAndGet());
		}

		@DistributedLock("#key")
		public Flux<String> flux(String key, Supplier<Flux<String>> work) {
			this.calls.incrementAndGet();
			return work.get().doOnSubscribe((subscription) -> this.subscriptions.incrementAndGet());
		}

		@DistributedLock(key = "#key", waitTime = "20s")
		public Mono<String> waiting(String key) {
			this.calls.incrementAndGet();
			return Mono.just("x");
		}

		@DistributedLock(key = "#key", onContention = OnContention.SKIP)
		public Mono<String> skipping(String key, Supplier<Mono<String>> work) {
			this.calls.incrementAndGet();
			return work.get();
		}

		@DistributedLock(key = "#key", onContention = OnContention.SKIP)
		public Flux<String> skippingFlux(String key) {
			this.calls.incrementAndGet();
			return Flux.just("x");
		}

		@DistributedLock(key = "#key", onLeaseLost = OnLeaseLost.IGNORE)
		public Mono<String> ignoring(String key, Supplier<Mono<String>> work) {
			return work.get().doOnSubscribe((subscription) -> this.subscriptions.incrementAndGet());
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock("nightly")
		public Mono<String> nightly() {
			this.calls.incrementAndGet();
			return Mono.just("x");
		}

		@DistributedLock(key = "#key", fallback = "fallback")
		public Mono<String> withFallback(String key) {
			return Mono.just("x");
		}

		public Mono<String> fallback(String key, LockNotAcquiredException refused) {
			return Mono.deferContextual((context) -> Mono
				.just("instead of " + refused.holder().orElse("?") + ", under " + context.stream().toList()));
		}

		@DistributedLock("#key")
		public Mono<String> throwing(String key, Supplier<Throwable> thrown) throws Throwable {
			throw thrown.get();
		}

		@DistributedLock("#key")
		@SuppressWarnings("NullAway")
		public Mono<String> nothing(String key) {
			return null;
		}

		@DistributedLock("#items[0]")
		public Mono<String> keyOf(List<String> items) {
			return Mono.deferContextual((context) -> Mono.just(context.get(Lease.class).key()));
		}

		@DistributedLock("#key")
		public Mono<Lease> lease(String key, Runnable inMethod) {
			inMethod.run();
			return Mono.delay(Duration.ofMillis(1))
				.flatMap((tick) -> Mono.deferContextual((context) -> Mono.just(context.get(Lease.class))));
		}

	}

}
