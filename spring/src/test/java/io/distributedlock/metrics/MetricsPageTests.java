package io.distributedlock.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * docs/metrics.md: its table is that of the meters, its snippets compile.
 */
class MetricsPageTests {

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final Pattern METER = Pattern
		.compile("\\| `(distributed\\.lock\\.[a-z.]+)` \\| ([a-z ]+) \\|([^|]*)\\|");

	private static final Pattern QUOTED = Pattern.compile("`(\\w+)`");

	private final String page = Files.readString(Path.of("../docs/metrics.md"));

	MetricsPageTests() throws IOException {
	}

	@Test
	void tableIsThatOfTheMeters() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new LockMeters(registry, new LockNames()).declared("orders", "jdbc");

		Map<String, Set<String>> documented = new TreeMap<>();
		METER.matcher(this.page.substring(0, this.page.indexOf("## Observations"))).results().forEach((row) -> {
			Set<String> words = new TreeSet<>(Set.of(row.group(2)));
			QUOTED.matcher(row.group(3)).results().forEach((word) -> words.add(word.group(1)));
			documented.put(row.group(1), words);
		});
		Map<String, Set<String>> actual = new TreeMap<>();
		registry.getMeters()
			.forEach((meter) -> actual.computeIfAbsent(meter.getId().getName(), (name) -> new TreeSet<>())
				.addAll(words(meter)));
		assertThat(documented).isEqualTo(actual);
		assertThat(this.page).contains("One lock has " + registry.getMeters().size() + " of them.");
	}

	@Test
	void everySnippetIsCompiled() throws IOException {
		String source = Files
			.readString(Path.of("src/test/java/io/distributedlock/observation/ObservationSnippets.java"));
		List<String> snippets = JAVA.matcher(this.page).results().map((MatchResult found) -> found.group(1)).toList();
		assertThat(snippets).hasSize(1)
			.allSatisfy((snippet) -> assertThat(source).containsIgnoringWhitespaces(snippet));
	}

	private static Set<String> words(Meter meter) {
		Set<String> words = new TreeSet<>();
		words.add(meter.getId().getType().name().toLowerCase(Locale.ROOT).replace('_', ' '));
		for (Tag tag : meter.getId().getTags()) {
			if (!tag.getKey().equals("lock") && !tag.getKey().equals("provider")) {
				words.add(tag.getKey());
				words.add(tag.getValue());
			}
		}
		return words;
	}

}
