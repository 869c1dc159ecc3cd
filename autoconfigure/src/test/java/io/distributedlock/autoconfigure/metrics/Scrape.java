package io.distributedlock.autoconfigure.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus reads, in its text format.
 *
 * @param types the type of each family of series
 * @param help the description of each
 * @param series the series
 */
record Scrape(Map<String, String> types, Map<String, String> help, List<Series> series) {

	private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (\\S+) (.+)");

	private static final Pattern SERIES = Pattern.compile("(\\w+)\\{(.*)} (\\S+)");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

	static Scrape parse(String text) {
		Scrape scrape = new Scrape(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
		text.lines().forEach(scrape::add);
		return scrape;
	}

	private void add(String line) {
		Matcher comment = COMMENT.matcher(line);
		Matcher series = SERIES.matcher(line);
		if (comment.matches()) {
			(comment.group(1).equals("HELP") ? this.help : this.types).put(comment.group(2), comment.group(3));
		}
		else if (series.matches()) {
			Map<String, String> labels = new HashMap<>();
			LABEL.matcher(series.group(2)).results().forEach((label) -> labels.put(label.group(1), label.group(2)));
			this.series.add(new Series(series.group(1), labels, Double.parseDouble(series.group(3))));
		}
	}

	/**
	 * Returns the value of a series with these labels, in the form {@code name=value}.
	 */
	double value(String name, String... labels) {
		Map<String, String> wanted = new HashMap<>();
		for (String label : labels) {
			wanted.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
		}
		return this.series.stream()
			.filter((series) -> series.name().equals(name) && series.labels().equals(wanted))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no series " + name + wanted))
			.value();
	}

	record Series(String name, Map<String, String> labels, double value) {
	}

}
