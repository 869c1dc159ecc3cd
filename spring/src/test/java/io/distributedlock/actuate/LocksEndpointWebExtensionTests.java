package io.distributedlock.actuate;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockStatistics;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.micrometer.core.instrument.MockClock;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

class LocksEndpointWebExtensionTests {

	private static final List<Function<LocksEndpointWebExtension, WebEndpointResponse<Object>>> OPERATIONS = List.of(
			(extension) -> extension.lock(segments("a", "b")),
			(extension) -> extension.forceRelease(SecurityContext.NONE, segments("a", "b")));

	private final LockStore store = mock(LockStore.class,
			withSettings().extraInterfaces(LockInspection.class, ForcedRelease.class));

	private final LocksEndpointWebExtension extension = extension(this.store);

	@Test
	void segmentsAreTheKey() {
		given(((LockInspection) this.store).find("a/b")).willReturn(Optional.empty());
		given(((ForcedRelease) this.store).forceRelease("a/b")).willReturn(true);
		assertThat(OPERATIONS).extracting((operation) -> operation.apply(this.extension).getStatus())
			.containsExactly(404, 204);
	}

	@Test
	void aStoreThatFailsIsNoFreeLock() {
		given(((LockInspection) this.store).find(any())).willThrow(new IllegalStateException("no route to host"));
		given(((ForcedRelease) this.store).forceRelease(any()))
			.willThrow(new LockStoreException("no route to host", null));
		assertThat(OPERATIONS).allSatisfy((operation) -> {
			WebEndpointResponse<Object> response = operation.apply(this.extension);
			assertThat(response.getStatus()).isEqualTo(503);
			assertThat(message(response)).startsWith("Provider 'mine' failed: ").endsWith("no route to host");
		});
	}

	@Test
	void aStoreThatCannotTellIsNoFreeLock() {
		LocksEndpointWebExtension extension = extension(mock(LockStore.class));
		assertThat(OPERATIONS).allSatisfy((operation) -> {
			WebEndpointResponse<Object> response = operation.apply(extension);
			assertThat(response.getStatus()).isEqualTo(501);
			assertThat(message(response)).startsWith("The store of provider 'mine' has no ");
		});
	}

	@Test
	void aKeyThatNoLockCanHaveIsABadRequest() {
		Map<String, Object> keys = Map.of("blank", segments(" "), "none", segments(), "of lines", segments("a\nb"),
				"too long", segments("k".repeat(256)), "several", List.of("a", "b"));
		assertThat(keys).allSatisfy((description, key) -> {
			assertThat(this.extension.lock(key).getStatus()).as(description).isEqualTo(400);
			assertThat(this.extension.forceRelease(SecurityContext.NONE, key).getStatus()).as(description)
				.isEqualTo(400);
			assertThat(message(this.extension.lock(key))).isNotBlank();
		});
	}

	@Test
	void whoAskedForAForcedReleaseIsLogged() {
		Logger logger = (Logger) LoggerFactory.getLogger(LocksEndpoint.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.setLevel(Level.INFO);
		logger.addAppender(log);
		try {
			SecurityContext alice = mock();
			Principal principal = () -> "alice";
			given(alice.getPrincipal()).willReturn(principal);
			this.extension.forceRelease(alice, segments("a", "b"));
			this.extension.forceRelease(SecurityContext.NONE, segments("c"));
		}
		finally {
			logger.detachAppender(log);
			logger.setLevel(null);
		}
		assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly(
					"The release of lock 'a/b' of provider 'mine' by force was asked for by 'alice': it was free",
					"The release of lock 'c' of provider 'mine' by force was asked for by unknown: it was free");
	}

	@Test
	void aParameterIsTheKeyAsItIs() {
		given(((ForcedRelease) this.store).forceRelease("/a//b,c")).willReturn(true);
		assertThat(this.extension.forceRelease(SecurityContext.NONE, "/a//b,c").getStatus()).isEqualTo(204);
	}

	private static Object segments(String... segments) {
		return segments;
	}

	private static LocksEndpointWebExtension extension(LockStore store) {
		LockEngine engine = LockEngine.builder().provider(new LockProvider("mine", () -> store)).build();
		return new LocksEndpointWebExtension(
				new LocksEndpoint(() -> engine, new LockStatistics(new LockNames(), new MockClock())));
	}

	private static String message(WebEndpointResponse<Object> response) {
		return (response.getBody() instanceof FailureDescriptor failure) ? failure.message() : "";
	}

}
