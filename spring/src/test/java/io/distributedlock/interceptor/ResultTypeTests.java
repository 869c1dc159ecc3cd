package io.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.annotation.OnContention;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.time.TimeSource;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.ObservableSource;
import io.reactivex.rxjava3.core.Single;
import kotlinx.coroutines.Deferred;
import kotlinx.coroutines.Job;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.ParallelFlux;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Results that are not there when the method returns.
 */
class ResultTypeTests {

	static final Supplier<Stream<Arguments>> PUBLISHERS = () -> Stream.of(
			publisher("Mono", (types) -> types.mono().blockOptional().isPresent()),
			publisher("Flux", (types) -> !types.flux().toStream().toList().isEmpty()),
			publisher("Publisher", (types) -> !Flux.from(types.publisher()).toStream().toList().isEmpty()),
			publisher("Flow.Publisher",
					(types) -> !JdkFlowAdapter.flowPublisherToFlux(types.flow()).toStream().toList().isEmpty()),
			publisher("Flowable", (types) -> types.flowable().count().blockingGet() > 0),
			publisher("Observable", (types) -> types.observable().count().blockingGet() > 0),
			publisher("Maybe", (types) -> types.maybe().count().blockingGet() > 0));

	static final Supplier<Stream<Arguments>> REFUSED = () -> Stream.of(Arguments.of(ReturnsFuture.class, Future.class),
			Arguments.of(ReturnsFutureOfAnotherKind.class, ScheduledFuture.class),
			Arguments.of(ReturnsFutureTask.class, FutureTask.class),
			Arguments.of(ReturnsOwnFuture.class, OwnFuture.class),
			Arguments.of(ReturnsParallelFlux.class, ParallelFlux.class),
			Arguments.of(ReturnsSource.class, ObservableSource.class), Arguments.of(ReturnsJob.class, Job.class),
			Arguments.of(ReturnsDeferred.class, Deferred.class));

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final LockedNode node = new LockedNode("this-node", this.store, Types.class);

	private final LockedNode other = new LockedNode("other-node", this.store, Types.class);

	private final Types types = this.node.get(Types.class);

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
	}

	@ParameterizedTest(name = "{0}")
	@FieldSource("PUBLISHERS")
	void publisherIsLockedWhileItWorksAndEmptyIfSkipped(String type, Function<Types, Boolean> isThere) {
		this.types.lookAt(() -> this.node.isHeld("a"));
		assertThat(isThere.apply(this.types)).isTrue();
		assertThat(this.types.seen()).isTrue();
		assertThat(this.node.isHeld("a")).isFalse();

		try (Lease lease = this.other.hold("a")) {
			assertThat(isThere.apply(this.types)).isFalse();
		}
	}

	@Test
	void publisherWithoutAValueIsLockedWhileItWorks() {
		this.types.lookAt(() -> this.node.isHeld("a"));
		this.types.completable().blockingAwait();
		assertThat(this.types.seen()).isTrue();
		assertThat(this.node.isHeld("a")).isFalse();

		this.types.lookAt(() -> true);
		try (Lease lease = this.other.hold("a")) {
			this.types.completable().blockingAwait();
		}
		assertThat(this.types.seen()).isFalse();
	}

	@Test
	void publisherThatNeverIsEmptyIsLockedAndCannotBeSkipped() {
		this.types.lookAt(() -> this.node.isHeld("a"));
		assertThat(this.types.single().blockingGet()).isTrue();
		assertThat(this.node.isHeld("a")).isFalse();

		try (Lease lease = this.other.hold("a")) {
			assertThatExceptionOfType(LockNotAcquiredException.class)
				.isThrownBy(() -> this.types.single().blockingGet());
		}
		assertRefused(SkipsSingle.class).withMessageContaining("onContention = \"SKIP\"")
			.withMessageContaining(Single.class.getName())
			.withMessageContaining("Maybe");
	}

	@ParameterizedTest
	@FieldSource("REFUSED")
	void typesWhoseEndNobodyCanObserveAreRefused(Class<?> bean, Class<?> type) {
		assertRefused(bean).withMessageContaining("returns " + type.getName())
			.withMessageContaining("released too early")
			.withMessageContaining("Return a CompletableFuture, a Mono or a Flux");
	}

	@Test
	void interruptionIsRefusedWhereThereIsNoThreadToInterrupt() {
		for (Class<?> bean : new Class<?>[] { InterruptsMono.class, InterruptsFlux.class, InterruptsStage.class }) {
			assertRefused(bean).withMessageContaining("onLeaseLost = \"INTERRUPT\"").withMessageContaining("THROW");
		}
	}

	private static ThrowableAssertAlternative<InvalidLockAnnotationException> assertRefused(Class<?> bean) {
		LockedMethods methods = new LockedMethods(new DefaultListableBeanFactory(), new StandardEnvironment(),
				() -> LockAnnotationSettings.STANDARD);
		return assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> methods.all(bean))
			.withMessageStartingWith("@DistributedLock on " + bean.getName());
	}

	private static Arguments publisher(String type, Function<Types, Boolean> isThere) {
		return Arguments.of(type, isThere);
	}

	static class Types {

		private Supplier<Boolean> look = () -> false;

		private boolean seen;

		void lookAt(Supplier<Boolean> look) {
			this.look = look;
			this.seen = false;
		}

		boolean seen() {
			return this.seen;
		}

		private boolean look() {
			this.seen = this.look.get();
			return this.seen;
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Mono<Boolean> mono() {
			return Mono.fromCallable(this::look);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Flux<Boolean> flux() {
			return Flux.just(1, 2).map((number) -> look());
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Publisher<Boolean> publisher() {
			return Mono.fromCallable(this::look);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Flow.Publisher<Boolean> flow() {
			return JdkFlowAdapter.publisherToFlowPublisher(Mono.fromCallable(this::look));
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Flowable<Boolean> flowable() {
			return Flowable.fromCallable(this::look);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Observable<Boolean> observable() {
			return Observable.fromCallable(this::look);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Maybe<Boolean> maybe() {
			return Maybe.fromCallable(this::look);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Completable completable() {
			return Completable.fromCallable(this::look);
		}

		@DistributedLock("a")
		Single<Boolean> single() {
			return Single.fromCallable(this::look);
		}

	}

	abstract static class Returns<T> {

		@DistributedLock("a")
		T run() {
			throw new UnsupportedOperationException();
		}

	}

	static class ReturnsFuture extends Returns<Future<String>> {

	}

	static class ReturnsFutureOfAnotherKind extends Returns<ScheduledFuture<String>> {

	}

	static class ReturnsFutureTask extends Returns<FutureTask<String>> {

	}

	static class OwnFuture extends CompletableFuture<String> {

	}

	static class ReturnsOwnFuture extends Returns<OwnFuture> {

	}

	static class ReturnsParallelFlux extends Returns<ParallelFlux<String>> {

	}

	static class ReturnsSource extends Returns<ObservableSource<String>> {

	}

	static class ReturnsJob extends Returns<Job> {

	}

	static class ReturnsDeferred extends Returns<Deferred<String>> {

	}

	static class SkipsSingle {

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		Single<String> run() {
			return Single.just("x");
		}

	}

	static class InterruptsMono {

		@DistributedLock(key = "a", onLeaseLost = OnLeaseLost.INTERRUPT)
		Mono<String> run() {
			return Mono.just("x");
		}

	}

	static class InterruptsFlux {

		@DistributedLock(key = "a", onLeaseLost = OnLeaseLost.INTERRUPT)
		Flux<String> run() {
			return Flux.just("x");
		}

	}

	static class InterruptsStage {

		@DistributedLock(key = "a", onLeaseLost = OnLeaseLost.INTERRUPT)
		CompletableFuture<String> run() {
			return CompletableFuture.completedFuture("x");
		}

	}

}
