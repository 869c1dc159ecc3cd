package io.distributedlock.autoconfigure.actuate;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@Timeout(120)
class LocksEndpointOverJmxTests {

	private static final String[] STRING = { String.class.getName() };

	private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

	private final String domain = "locks" + UUID.randomUUID();

	@Test
	void showsLocksAndReleasesThem() throws Exception {
		try (RunningApplication application = start("unrestricted");
				Lease held = application.locks().acquire(LockRequest.of("a/b").withName("Shop.pay"))) {
			assertThat(invoke("locks", new Object[0], new String[0])).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsEntry("provider", "memory")
				.hasEntrySatisfying("locks",
						(locks) -> assertThat(((Map<?, ?>) locks).get("Shop.pay")).asString().contains("held=1"));
			assertThat(invoke("lock", "a/b")).asString().contains("key=a/b", "held=true");
			assertThat(invoke("lock", "c")).isNull();
			assertThatException().isThrownBy(() -> invoke("lock", " ")).withMessageContaining("is blank");
			assertThat(invoke("forceRelease", "a/b"))
				.isEqualTo(Map.of("key", "a/b", "provider", "memory", "released", true));
			assertThat(held.isHeld()).isFalse();
			assertThat(invoke("forceRelease", "a/b")).asString().contains("released=false");
		}
	}

	@ParameterizedTest
	@CsvSource({ "read-only,false", "unrestricted,true" })
	void nobodyReleasesByForceUnlessItIsAllowed(String access, boolean allowed) throws Exception {
		try (RunningApplication application = start(access)) {
			MBeanInfo endpoint = this.server.getMBeanInfo(name());
			assertThat(application.locks().leases()).isEmpty();
			assertThat(Stream.of(endpoint.getOperations()).map(MBeanOperationInfo::getName)).contains("lock", "locks");
			assertThat(Stream.of(endpoint.getOperations())
				.map(MBeanOperationInfo::getName)
				.toList()
				.contains("forceRelease")).isEqualTo(allowed);
		}
	}

	private RunningApplication start(String access) {
		return RunningApplication.start(WebApplicationType.NONE, "spring.jmx.enabled=true",
				"management.endpoints.jmx.domain=" + this.domain,
				"management.endpoints.jmx.exposure.include=distributedlocks",
				"management.endpoint.distributedlocks.access=" + access);
	}

	private Object invoke(String operation, String key) throws Exception {
		return invoke(operation, new Object[] { key }, STRING);
	}

	private Object invoke(String operation, Object[] arguments, String[] types) throws Exception {
		return this.server.invoke(name(), operation, arguments, types);
	}

	private ObjectName name() throws Exception {
		return new ObjectName(this.domain + ":type=Endpoint,name=Distributedlocks");
	}

}
