package io.distributedlock.autoconfigure.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * docs/actuator.md: what it shows compiles, and does what it says.
 */
@Timeout(120)
class ActuatorPageTests {

	private final String page = Files.readString(Path.of("../docs/actuator.md"));

	ActuatorPageTests() throws IOException {
	}

	@Test
	void everySnippetIsCompiled() throws IOException {
		String source = Files
			.readString(Path.of("src/test/java/io/distributedlock/autoconfigure/actuate/ActuatorSnippets.java"));
		assertThat(snippets("java")).singleElement()
			.satisfies((snippet) -> assertThat(source).containsIgnoringWhitespaces(snippet));
	}

	@Test
	void whatIsShownIsWhatThereIs() {
		List<String> shown = snippets("json");
		assertThat(shown).hasSize(3);
		LockRequest payment = LockRequest.of("payment:42")
			.withName("PaymentService.capture")
			.withTtl(Duration.ofSeconds(30));
		try (RunningApplication application = RunningApplication.start(WebApplicationType.SERVLET, properties())) {
			for (int i = 0; i < 200; i++) {
				application.locks().run(payment, () -> assertThat(application.locks().leases()).hasSize(1));
			}
			try (Lease held = application.locks().acquire(payment)) {
				assertThat(application.locks().tryAcquire(payment)).isEmpty();
				assertThat(held.isHeld()).isTrue();
				isOfTheShapeOf(shown.get(0), application.get("/actuator/distributedlocks").body());
				isOfTheShapeOf(shown.get(1), application.get("/actuator/distributedlocks/payment:42").body());
				isOfTheShapeOf(shown.get(2), application.get("/actuator/health/distributedLock").body());
				assertThat(application.get("/actuator/health/readiness").body()).contains("distributedLock");
				assertThat(application.delete("/actuator/distributedlocks/payment:42").statusCode()).isEqualTo(204);
			}
		}
	}

	/** Those of the page, all at once. */
	private String[] properties() {
		Map<String, Object> properties = new TreeMap<>();
		snippets("yaml").forEach((yaml) -> properties.putAll(load(yaml)));
		assertThat(properties).hasSize(6);
		properties.put("spring.datasource.url", "jdbc:h2:mem:" + UUID.randomUUID());
		properties.put("spring.autoconfigure.exclude", "");
		properties.put("distributed-lock.provider", "jdbc");
		properties.put("management.endpoint.health.show-details", "always");
		return properties.entrySet()
			.stream()
			.map((each) -> each.getKey() + "=" + each.getValue())
			.toArray(String[]::new);
	}

	private static Map<String, Object> load(String yaml) {
		try {
			PropertySource<?> loaded = new YamlPropertySourceLoader()
				.load("page", new ByteArrayResource(yaml.getBytes(UTF_8)))
				.get(0);
			Map<String, Object> properties = new TreeMap<>();
			for (String name : ((EnumerablePropertySource<?>) loaded).getPropertyNames()) {
				properties.put(name, String.valueOf(loaded.getProperty(name)));
			}
			return properties;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void isOfTheShapeOf(String shown, String real) {
		assertThat(shape(JsonPath.read(real, "$"))).isEqualTo(shape(JsonPath.read(shown, "$")));
	}

	/** The fields in their order, without numbers and times. */
	private static String shape(Object json) {
		return json.toString().replaceAll("[0-9.E:TZ-]+", "0");
	}

	private List<String> snippets(String language) {
		return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(this.page)
			.results()
			.map((MatchResult found) -> found.group(1))
			.toList();
	}

}
