package io.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class DistributedLockAutoConfigurationTests {

	private static final LockRequest ORDER = LockRequest.of("order:42");

	private final ApplicationContextRunner withoutProvider = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutProvider
		.withPropertyValues("distributed-lock.provider=memory");

	@Test
	void isFoundBySpringBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates())
			.contains(DistributedLockAutoConfiguration.class.getName(), MemoryLockAutoConfiguration.class.getName());
	}

	@Test
	void locksWithTheConfiguredProvider() {
		this.runner.run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			try (Lease lease = locks.acquire(ORDER)) {
				assertThat(lease.provider()).isEqualTo("memory");
				assertThat(locks.tryAcquire(ORDER)).isEmpty();
			}
		});
	}

	@Test
	void theEngineIsClosedBeforeWhatItsProvidersUse() {
		this.runner.run((context) -> assertThat(context.getSourceApplicationContext(GenericApplicationContext.class)
			.getBeanFactory()
			.getDependentBeans("memoryLockProvider")).contains("distributedLocks"));
	}

	@Test
	void failsWithoutAProvider() {
		this.withoutProvider.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(DistributedLockConfigurationException.class)
			.hasMessageStartingWith("There is no provider of distributed locks."));
	}

	@Test
	void usesTheProviderOfAThirdPartyIfItIsTheOnlyOne() {
		this.withoutProvider.withUserConfiguration(OwnProvider.class)
			.run((context) -> assertThat(context.getBean(DistributedLocks.class).acquire(ORDER).provider())
				.isEqualTo("own"));
	}

	@Test
	void keepsOtherProvidersAvailableByName() {
		this.runner.withUserConfiguration(OwnProvider.class).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			assertThat(locks.acquire(ORDER).provider()).isEqualTo("memory");
			assertThat(locks.acquire(ORDER.withProvider("own")).provider()).isEqualTo("own");
		});
	}

	@Test
	void doesNotOpenTheStoreOfAProviderThatNobodyUses() {
		this.runner.withBean(LockProvider.class, () -> new LockProvider("broken", () -> {
			throw new IllegalStateException("must not be opened");
		})).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void opensTheStoreOfTheChosenProviderAtStartup() {
		this.withoutProvider.withBean(LockProvider.class, () -> new LockProvider("broken", () -> {
			throw new IllegalStateException("no route to host");
		})).run((context) -> assertThat(context).getFailure().rootCause().hasMessage("no route to host"));
	}

	@Test
	void backsOffWhenUserDeclaresDistributedLocks() {
		DistributedLocks own = mock();
		this.withoutProvider.withBean(DistributedLocks.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DistributedLocks.class)
				.doesNotHaveBean(LockEngine.class)
				.doesNotHaveBean(LockEngineLifecycle.class)
				.doesNotHaveBean(LeaseLostEvents.class)
				.getBean(DistributedLocks.class)
				.isSameAs(own));
	}

	@Test
	void backsOffWhenUserDeclaresTheMemoryProvider() {
		MemoryLockStore store = new MemoryLockStore(TimeSource.system());
		this.runner.withBean("memoryLockProvider", LockProvider.class, () -> new LockProvider("memory", () -> store))
			.run((context) -> assertThat(context.getBean(LockProviders.class).chosen().store().get()).isSameAs(store));
	}

	@Test
	void tellsEveryListener() {
		this.runner.withUserConfiguration(TwoListeners.class).run((context) -> {
			context.getBean(DistributedLocks.class).acquire(ORDER).close();
			assertThat(context.getBean("first", RecordingListener.class).acquired).containsExactly("order:42");
			assertThat(context.getBean("second", RecordingListener.class).acquired).containsExactly("order:42");
		});
	}

	@Test
	void publishesALostLeaseAsEvent() {
		this.runner.withUserConfiguration(LeaseLostConsumer.class).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			Lease lease = locks.acquire(ORDER);
			locks.forceRelease("order:42");
			LeaseLost lost = context.getBean(LeaseLostConsumer.class).events.poll(10, TimeUnit.SECONDS);
			assertThat(lost).isNotNull();
			assertThat(lost.key()).isEqualTo("order:42");
			assertThat(lost.fencingToken()).isEqualTo(lease.fencingToken());
			assertThat(lost.reason()).isEqualTo(Reason.FORCE_RELEASED);
		});
	}

	@ParameterizedTest
	@CsvSource({ "'spring.application.name=shop',shop:",
			"'spring.application.name=shop,distributed-lock.key-prefix=',''",
			"'spring.application.name=shop,distributed-lock.key-prefix=eu/',eu/", "'distributed-lock.ttl=30s',''" })
	void prefixesKeysWithTheApplicationsNameUnlessConfigured(String properties, String prefix) {
		MemoryLockStore store = new MemoryLockStore(TimeSource.system());
		this.runner.withPropertyValues(properties.split(","))
			.withBean("memoryLockProvider", LockProvider.class, () -> new LockProvider("memory", () -> store))
			.run((context) -> {
				try (Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER)) {
					assertThat(lease.key()).isEqualTo("order:42");
					assertThat(store.find(prefix + "order:42")).isPresent();
				}
			});
	}

	@Test
	void namesTheNodeAfterApplicationHostAndProcess() {
		this.runner.withPropertyValues("spring.application.name=shop")
			.run((context) -> assertThat(context.getBean(LockSettings.class).nodeId())
				.matches("shop@[^:]+:" + ProcessHandle.current().pid() + "-[0-9a-f]{4}"));
	}

	@Test
	void namesTheNodeAsConfigured() {
		this.runner.withPropertyValues("distributed-lock.node-id=blue").run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			try (Lease lease = locks.acquire(ORDER)) {
				assertThat(locks.find(lease.key()))
					.hasValueSatisfying((info) -> assertThat(info.node()).isEqualTo("blue"));
			}
		});
	}

	@Test
	void leasesLastAsLongAsConfigured() {
		this.runner.withPropertyValues("distributed-lock.ttl=5m").run((context) -> {
			try (Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER)) {
				assertThat(lease.remaining()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "ttl,-1s,between 1ms and 365d", "ttl,0,between 1ms and 365d", "ttl,100us,between 1ms and 365d",
			"ttl,500000d,between 1ms and 365d", "ttl,30,Write 30s for seconds", "wait-time,-1s,between 0 and 365d",
			"wait-time,366d,between 0 and 365d", "wait-time,5,Write 5s for seconds", "max-hold,0s,between 1ms and 365d",
			"max-hold,366d,between 1ms and 365d", "store-timeout,-5s,between 1ms and 365d",
			"store-timeout,0,between 1ms and 365d", "store-timeout,366d,between 1ms and 365d",
			"scheduled.min-hold,-1s,between 0 and 365d", "scheduled.min-hold,400d,between 0 and 365d" })
	void refusesDurationsThatCannotBeMeant(String property, String value, String reason) {
		this.runner.withPropertyValues("distributed-lock.%s=%s".formatted(property, value))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo("distributed-lock." + property);
					assertThat(ex.getValue()).isEqualTo(value);
					assertThat(ex.getReason()).contains(reason);
				}));
	}

	@Test
	void takesTheDefaultForADurationThatIsLeftEmpty() {
		this.runner.withPropertyValues("distributed-lock.ttl=").run((context) -> {
			try (Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER)) {
				assertThat(lease.remaining()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
			}
		});
	}

	@Test
	void refusesAMaxHoldThatNoRenewalReaches() {
		this.runner
			.withPropertyValues("distributed-lock.renewal=none", "distributed-lock.ttl=10s",
					"distributed-lock.max-hold=20s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("distributed-lock.max-hold"));
	}

	@Test
	void refusesAKeyPrefixThatNoKeyCanStartWith() {
		this.runner.withPropertyValues("distributed-lock.key-prefix=" + "x".repeat(253))
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("distributed-lock.key-prefix")
				.hasStackTraceContaining("No key can start with it."));
	}

	@Test
	void refusesANodeIdThatStoresHaveNoRoomFor() {
		this.runner.withPropertyValues("distributed-lock.node-id=" + "x".repeat(256))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("distributed-lock.node-id"));
	}

	@ParameterizedTest
	@CsvSource({ "ttl,1ms", "ttl,365d", "wait-time,0s", "wait-time,365d", "scheduled.min-hold,0s" })
	void acceptsTheEndsOfARange(String property, String value) {
		this.runner.withPropertyValues("distributed-lock.%s=%s".formatted(property, value))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void acceptsAWaitTimeOfZeroWithoutUnit() {
		this.runner.withPropertyValues("distributed-lock.wait-time=0")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void logsOneLineAtStartup(CapturedOutput output) {
		this.runner.withPropertyValues("spring.application.name=shop", "distributed-lock.node-id=blue")
			.run((context) -> assertThat(output.getAll().lines().filter((line) -> line.contains("Distributed locks:")))
				.singleElement()
				.asString()
				.contains("INFO")
				.endsWith(
						"provider memory (this process), node blue, key prefix 'shop:'; guarantees one lease of a lock at a time in this process, and nothing beyond it"));
	}

	@Test
	void wakesWhoeverWaitsForALockWhenTheContextCloses() {
		this.runner.withUserConfiguration(WaitingListener.class, LeaseLostConsumer.class).run((context) -> {
			DistributedLocks locks = context.getBean(DistributedLocks.class);
			Lease lease = locks.acquire(ORDER);
			CompletableFuture<Lease> waiting = CompletableFuture
				.supplyAsync(() -> locks.acquire(ORDER.withWaitTime(Duration.ofMinutes(1))));
			assertThat(context.getBean(WaitingListener.class).contended.await(10, TimeUnit.SECONDS)).isTrue();
			LeaseLostConsumer lost = context.getBean(LeaseLostConsumer.class);
			context.close();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(LockShutdownException.class);
			assertThat(lease.isHeld()).isFalse();
			LeaseLost event = lost.events.poll(10, TimeUnit.SECONDS);
			assertThat(event).isNotNull();
			assertThat(event.reason()).isEqualTo(Reason.SHUTDOWN);
		});
	}

	@Test
	void keepsLocksUntilRunningWorkHasEnded() {
		this.runner.withUserConfiguration(WorkThatEndsWithTheServer.class).run((context) -> {
			WorkThatEndsWithTheServer work = context.getBean(WorkThatEndsWithTheServer.class);
			work.lease = context.getBean(DistributedLocks.class).tryAcquire(ORDER);
			context.close();
			assertThat(work.heldAtTheEnd).isTrue();
		});
	}

	@Test
	void keepsLocksWhenTheContextIsStoppedAndStartedAgain() {
		this.runner.run((context) -> {
			Lease lease = context.getBean(DistributedLocks.class).acquire(ORDER);
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(lease.isHeld()).isTrue();
			context.getBean(DistributedLocks.class).acquire(LockRequest.of("order:43")).close();
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnProvider {

		@Bean
		LockProvider ownLockProvider() {
			return new LockProvider("own", () -> new MemoryLockStore(TimeSource.system()));
		}

	}

	static class RecordingListener implements LockListener {

		private final List<String> acquired = new ArrayList<>();

		@Override
		public void acquired(Lease lease, Duration waited) {
			this.acquired.add(lease.key());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoListeners {

		@Bean
		RecordingListener first() {
			return new RecordingListener();
		}

		@Bean
		RecordingListener second() {
			return new RecordingListener();
		}

	}

	static class LeaseLostConsumer {

		private final BlockingQueue<LeaseLost> events = new LinkedBlockingQueue<>();

		@EventListener
		void on(LeaseLost lost) {
			this.events.add(lost);
		}

	}

	static class WaitingListener implements LockListener {

		private final CountDownLatch contended = new CountDownLatch(1);

		@Override
		public void contended(LockAttempt attempt) {
			this.contended.countDown();
		}

	}

	static class WorkThatEndsWithTheServer implements SmartLifecycle {

		private Optional<Lease> lease = Optional.empty();

		private boolean heldAtTheEnd;

		private boolean running;

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.heldAtTheEnd = this.lease.filter(Lease::isHeld).isPresent();
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 2048;
		}

	}

}
