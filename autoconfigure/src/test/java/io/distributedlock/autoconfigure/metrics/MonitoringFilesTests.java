package io.distributedlock.autoconfigure.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * docs/grafana and docs/prometheus: they can be read, and ask for what there is.
 */
@Timeout(60)
class MonitoringFilesTests {

	private static final Path DASHBOARD = Path.of("../docs/grafana/distributed-locks.json");

	private static final Path ALERTS = Path.of("../docs/prometheus/distributed-lock-alerts.yml");

	private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

	private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");

	@Test
	void dashboardAsksForWhatThereIs() throws IOException {
		Scrape scrape = new ScrapedApplication().scrapeWithHistograms();
		DocumentContext dashboard = dashboard();
		List<String> queries = new ArrayList<>(dashboard.read("$.panels[*].targets[*].expr"));
		queries.addAll(dashboard.read("$.templating.list[*].query.query"));
		assertThat(queries).hasSizeGreaterThan(15).allSatisfy((query) -> new PromQuery(query).assertKnownTo(scrape));
	}

	@Test
	void dashboardShowsEveryMeter() throws IOException {
		String dashboard = Files.readString(DASHBOARD);
		assertThat(new ScrapedApplication().scrape().types().keySet())
			.filteredOn((family) -> family.startsWith("distributed_lock_"))
			.allSatisfy((family) -> assertThat(dashboard).contains(family));
	}

	@Test
	void dashboardNeedsHistogramsForPercentilesOnly() throws IOException {
		Scrape scrape = new ScrapedApplication().scrape();
		List<String> queries = dashboard().read("$.panels[*].targets[*].expr");
		assertThat(queries).filteredOn((query) -> !query.contains("histogram_quantile"))
			.hasSizeGreaterThan(10)
			.allSatisfy((query) -> new PromQuery(query).assertKnownTo(scrape));
	}

	@Test
	void dashboardLegendsNameLabelsOfTheResult() throws IOException {
		List<Map<String, String>> targets = dashboard().read("$.panels[*].targets[*]");
		assertThat(targets).allSatisfy((target) -> assertThat(found(LEGEND, target.get("legendFormat")))
			.isSubsetOf(new PromQuery(String.valueOf(target.get("expr"))).labels()));
	}

	@Test
	void dashboardLetsItsReaderChooseTheDataSource() throws IOException {
		DocumentContext dashboard = dashboard();
		assertThat(dashboard.<List<String>>read("$.templating.list[?(@.type=='datasource')].name"))
			.containsExactly("datasource");
		assertThat(dashboard.<List<String>>read("$..datasource.uid")).isNotEmpty().containsOnly("${datasource}");
		assertThat(dashboard.<List<Integer>>read("$.panels[*].id")).doesNotHaveDuplicates();
	}

	@Test
	void alertsAskForWhatThereIsAndSayWhatToDo() throws IOException {
		Scrape scrape = new ScrapedApplication().scrape();
		assertThat(alerts()).extracting((alert) -> alert.get("alert"))
			.containsExactly("DistributedLockLeaseLost", "DistributedLockStoreErrors", "DistributedLockRenewalsFailing",
					"DistributedLockContentionHigh", "DistributedLockHeldVeryLong", "DistributedLockFencingRejections");
		assertThat(alerts()).allSatisfy((alert) -> {
			PromQuery query = new PromQuery(String.valueOf(alert.get("expr")));
			query.assertKnownTo(scrape);
			assertThat(alert.get("annotations")).asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
				.containsKey("summary")
				.allSatisfy((name, text) -> assertThat(found(LABEL, text)).isSubsetOf(query.labels()));
		});
	}

	private static DocumentContext dashboard() throws IOException {
		return JsonPath.parse(Files.readString(DASHBOARD));
	}

	private static List<Map<String, Object>> alerts() throws IOException {
		Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml(
				new SafeConstructor(new LoaderOptions()))
			.load(Files.readString(ALERTS));
		return file.getOrDefault("groups", List.of())
			.stream()
			.flatMap((group) -> group.getOrDefault("rules", List.of()).stream())
			.toList();
	}

	private static List<String> found(Pattern pattern, @Nullable String text) {
		return pattern.matcher(String.valueOf(text)).results().map((MatchResult result) -> result.group(1)).toList();
	}

}
