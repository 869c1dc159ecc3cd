package io.distributedlock.interceptor;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import io.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;

import org.springframework.beans.BeansException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications whose class path has neither Reactor nor Kotlin.
 */
class WithoutReactorTests {

	@Test
	void valuesAndStagesAreLocked() throws Exception {
		assertThat(run(Locking.class)).isEqualTo("value, stage, without reactor.core.publisher.Mono");
	}

	@Test
	void publishersAreRefusedWithWhatIsMissing() throws Exception {
		assertThat(run(Publishing.class)).contains("returns java.util.concurrent.Flow$Publisher")
			.contains("Add io.projectreactor:reactor-core");
	}

	private static String run(Class<? extends Callable<String>> application) throws Exception {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		URL[] urls = Arrays.stream(classPath.split(File.pathSeparator))
			.filter((entry) -> !entry.matches(".*/(reactor-|reactive-streams|rxjava|kotlin).*\\.jar"))
			.map(WithoutReactorTests::url)
			.toArray(URL[]::new);
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(loader);
			Callable<?> there = (Callable<?>) loader.loadClass(application.getName())
				.getDeclaredConstructor()
				.newInstance();
			return String.valueOf(there.call());
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL url(String path) {
		try {
			return Path.of(path).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/** Runs on the other class path. */
	public static class Locking implements Callable<String> {

		@Override
		public String call() {
			try (LockedContext context = LockedContext.of(Service.class)) {
				Service service = context.get(Service.class);
				String results = service.value() + ", " + service.stage().join();
				assertThat(context.locks.keys()).containsExactly("a", "b");
				try {
					return results + ", with " + Class.forName("reactor.core.publisher.Mono");
				}
				catch (ClassNotFoundException ex) {
					return results + ", without " + ex.getMessage();
				}
			}
		}

	}

	/** Runs on the other class path. */
	public static class Publishing implements Callable<String> {

		@Override
		public String call() {
			try (LockedContext context = LockedContext.of(PublishingService.class)) {
				return "nothing was refused";
			}
			catch (BeansException ex) {
				return String.valueOf(ex.getMessage());
			}
		}

	}

	static class Service {

		@DistributedLock("a")
		String value() {
			return "value";
		}

		@DistributedLock("b")
		CompletableFuture<String> stage() {
			return CompletableFuture.completedFuture("stage");
		}

	}

	static class PublishingService {

		@DistributedLock("a")
		Flow.Publisher<String> publisher() {
			throw new UnsupportedOperationException();
		}

	}

}
