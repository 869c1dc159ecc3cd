package io.distributedlock.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationMetadataTests {

	private final String metadata = new ClassPathResource("META-INF/spring-configuration-metadata.json",
			DistributedLockProperties.class.getClassLoader())
		.getContentAsString(StandardCharsets.UTF_8);

	ConfigurationMetadataTests() throws IOException {
	}

	@ParameterizedTest
	@ValueSource(strings = { "provider", "key-prefix", "ttl", "wait-time", "max-hold", "renewal", "on-lease-lost",
			"store-timeout", "node-id", "scheduled.min-hold", "events.enabled", "jdbc.table-name",
			"jdbc.initialize-schema", "jdbc.schema", "jdbc.platform", "jdbc.data-source-bean-name", "jdbc.pool-size",
			"jdbc.retention", "redis.namespace", "redis.connection-factory-bean-name", "redis.replicas", "redis.strict",
			"redis.retention", "fencing.table-name", "fencing.initialize-schema", "fencing.schema", "fencing.platform",
			"fencing.data-source-bean-name", "fencing.retention", "fencing.continue-on-error" })
	void describesTheProperty(String name) {
		List<Map<String, Object>> found = JsonPath.read(this.metadata,
				"$.properties[?(@.name == 'distributed-lock." + name + "')]");
		assertThat(found).singleElement()
			.satisfies((property) -> assertThat(property.get("description")).asString().isNotBlank().endsWith("."));
	}

	@Test
	void describesEveryPropertyThereIs() {
		List<Map<String, Object>> properties = JsonPath.read(this.metadata, "$.properties[*]");
		assertThat(properties).allSatisfy((property) -> {
			assertThat(property).containsKey("description");
			assertThat(property.get("name")).asString()
				.matches("(distributed-lock|management\\.(endpoint\\.distributedlock|health\\.distributed-lock)).*");
		});
	}

	@ParameterizedTest
	@CsvSource({ "ttl,30s", "wait-time,0s", "store-timeout,5s", "renewal,auto", "on-lease-lost,throw",
			"scheduled.min-hold,1s", "jdbc.table-name,distributed_lock", "jdbc.initialize-schema,embedded",
			"jdbc.retention,7d", "redis.namespace,distributed-lock:", "redis.retention,24h",
			"fencing.table-name,distributed_lock_fence", "fencing.initialize-schema,embedded", "fencing.retention,7d" })
	void statesTheDefault(String name, String value) {
		List<Object> defaults = JsonPath.read(this.metadata,
				"$.properties[?(@.name == 'distributed-lock." + name + "')].defaultValue");
		assertThat(defaults).containsExactly(value);
	}

	@Test
	void proposesProvidersAndAllowsOthers() {
		List<String> values = JsonPath.read(this.metadata,
				"$.hints[?(@.name == 'distributed-lock.provider')].values[*].value");
		List<String> providers = JsonPath.read(this.metadata,
				"$.hints[?(@.name == 'distributed-lock.provider')].providers[*].name");
		assertThat(values).containsExactly("jdbc", "memory", "redis");
		assertThat(providers).containsExactly("any");
	}

}
