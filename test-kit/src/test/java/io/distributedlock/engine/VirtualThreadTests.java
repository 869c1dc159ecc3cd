package io.distributedlock.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers on virtual threads, which must give their carriers away while they wait.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "this JDK has no virtual threads")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadTests {

	private static final int THREADS = 5_000;

	private static final LockRequest REQUEST = LockRequest.of("order:42").withWaitTime(Duration.ofSeconds(100));

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	private final LockEngine engine = LockEngine.builder()
		.provider(new LockProvider("memory", () -> this.store))
		.build();

	private final Set<Long> tokens = new TreeSet<>();

	@TempDir
	private Path directory;

	@AfterEach
	void closeEngine() {
		this.engine.close();
	}

	@Test
	void thousandsWaitForOneLockAndAllGetItOnceWithoutPinningTheirCarriers() throws Exception {
		// what is loaded and initialized at first use would be waited for
		onVirtualThreads(10);
		this.tokens.clear();
		assertThat(pinned(() -> onVirtualThreads(THREADS))).isEmpty();
		assertThat(this.tokens).hasSize(THREADS);
		assertThat(this.engine.isIdle()).isTrue();
	}

	@Test
	void pinningWouldBeNoticed() throws Exception {
		ExecutorService executor = virtualThreads();
		try {
			assertThat(pinned(() -> executor.submit(ParksWhileItIsInitialized::new).get(20, TimeUnit.SECONDS)))
				.isNotEmpty();
		}
		finally {
			executor.shutdownNow();
		}
	}

	/** Half of them wait themselves, the others for a result. */
	private void onVirtualThreads(int threads) throws Exception {
		ExecutorService executor = virtualThreads();
		try {
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				boolean blocking = i % 2 == 0;
				callers.add(executor
					.submit(() -> blocking ? this.engine.<Boolean, RuntimeException>call(REQUEST, this::work)
							: this.engine.callAsync(REQUEST, () -> CompletableFuture.completedFuture(work()))
								.toCompletableFuture()
								.get(100, TimeUnit.SECONDS)));
			}
			for (Future<?> caller : callers) {
				caller.get(100, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/** Uses what only a lock makes safe for several threads. */
	private boolean work() {
		return this.tokens.add(LockContext.current().orElseThrow().fencingToken());
	}

	private List<String> pinned(Work work) throws Exception {
		Path file = this.directory.resolve("pinned.jfr");
		try (Recording recording = new Recording()) {
			recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
			recording.start();
			work.run();
			recording.stop();
			recording.dump(file);
		}
		return RecordingFile.readAllEvents(file).stream().map(RecordedEvent::toString).toList();
	}

	/** By reflection, as the sources are compiled for Java 17. */
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

	/** Classes are initialized below native code, which cannot be moved. */
	private static final class ParksWhileItIsInitialized {

		static {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
		}

	}

}
