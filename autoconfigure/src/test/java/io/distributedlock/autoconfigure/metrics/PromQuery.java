package io.distributedlock.autoconfigure.metrics;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.distributedlock.autoconfigure.metrics.Scrape.Series;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A query in the language of Prometheus, as far as it takes to see whether there is what
 * it asks for.
 */
record PromQuery(String text) {

	private static final Pattern SELECTOR = Pattern.compile("(distributed_lock_\\w+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

	private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\(.*, (\\w+)\\)");

	/** Asserts that a scrape has all series and labels that the query names. */
	void assertKnownTo(Scrape scrape) {
		assertThat(SELECTOR.matcher(this.text).results()).as(this.text).isNotEmpty().allSatisfy((selector) -> {
			assertThat(scrape.series()).as(selector.group(1) + " of " + this.text)
				.anyMatch((series) -> series.name().equals(selector.group(1)));
			if (selector.group(2) != null) {
				MATCHER.matcher(selector.group(2))
					.results()
					.forEach((matcher) -> assertMatches(scrape, selector.group(1), matcher));
			}
			labels().forEach((label) -> assertThat(scrape.series())
				.as("label %s of %s in %s", label, selector.group(1), this.text)
				.anyMatch((series) -> series.name().equals(selector.group(1)) && series.labels().containsKey(label)));
		});
	}

	/** Returns the labels that are left in the result. */
	Set<String> labels() {
		Set<String> labels = new LinkedHashSet<>();
		GROUPING.matcher(this.text).results().forEach((by) -> labels.addAll(Set.of(by.group(1).split(",\\s*", -1))));
		LABEL_VALUES.matcher(this.text).results().forEach((found) -> labels.add(found.group(1)));
		return labels;
	}

	private void assertMatches(Scrape scrape, String name, MatchResult matcher) {
		String label = matcher.group(1);
		for (String value : matcher.group(3).split("\\|", -1)) {
			assertThat(scrape.series()).as("%s%s\"%s\" of %s in %s", label, matcher.group(2), value, name, this.text)
				.anyMatch((series) -> series.name().equals(name) && matches(series, label, value));
		}
	}

	private static boolean matches(Series series, String label, String value) {
		String actual = series.labels().get(label);
		return actual != null && (value.startsWith("$") || value.equals(actual));
	}

}
