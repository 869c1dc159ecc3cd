package io.distributedlock.actuate.board;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.distributedlock.LockInfo;
import io.distributedlock.actuate.NodeFigures;
import io.distributedlock.actuate.StoreAnswer;
import io.distributedlock.statistics.DurationSummary;
import io.distributedlock.statistics.Interval;
import io.distributedlock.statistics.Latency;
import io.distributedlock.statistics.LockFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class BoardPageTests {

	private static final Instant NOW = Instant.parse("2026-03-01T04:05:06Z");

	private static final StoreAnswer<Duration> UP = new StoreAnswer.Given<>(Duration.ofMillis(2));

	private final BoardPage page = new BoardPage();

	@ParameterizedTest
	@ValueSource(strings = { "style", "script" })
	void policyAllowsJustWhatIsInThePage(String element) throws Exception {
		String html = render(board(held(), List.of()));
		String content = only("<%1$s>(.*?)</%1$s>".formatted(element), html);
		byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
		assertThat(only("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"", html))
			.startsWith("default-src &#39;none&#39;; ")
			.contains("%s-src &#39;sha256-%s&#39;".formatted(element, Base64.getEncoder().encodeToString(digest)));
	}

	@Test
	void nothingInThePageNeedsMoreThanThePolicyAllows() {
		String html = render(board(held(lock("orders", 30)), List.of(figures("Shop.pay", 120, 7, 1, 2))));
		assertThat(html).doesNotContainPattern("<[^>]+ (style|on[a-z]+)=")
			.doesNotContain("src=\"")
			.doesNotContainPattern("href=\"(?!data:)");
	}

	@Test
	void keysNodesAndNamesAreEscapedWhereverTheyAre() {
		String evil = "\"'><script>alert(1)</script>&";
		LockInfo info = new LockInfo(evil, "memory", evil, 7, NOW, Duration.ofSeconds(30));
		Board board = new Board(NOW, evil, evil, evil, Optional.of(evil),
				Map.of(evil, new StoreAnswer.Failed<>(evil), "memory", UP),
				held(new HeldLock(info, Duration.ofSeconds(30), 0, Optional.empty())),
				new NodeFigures(List.of(figures(evil, 1, 0, 0, 0)), List.of()));
		String html = this.page.render(board, Optional.of("./" + evil));
		assertThat(html).doesNotContain("<script>alert", "'><script");
		assertThat(only("<main(.*)</main>", html)).doesNotContain("'", "&<")
			.contains("data-key=\"&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\"");
	}

	@Test
	void emptyTablesAreExplained() {
		assertThat(render(board(held(), List.of())))
			.contains("No lock is held now.", "No lock was declared or asked for on this node yet.")
			.doesNotContain("<table");
	}

	@Test
	void storeThatCannotListIsNotCalledEmpty() {
		assertThat(render(board(new StoreAnswer.Unsupported<>("no LockInspection"), List.of())))
			.contains("The store of provider <bdi>memory</bdi> cannot list its locks.")
			.doesNotContain("No lock is held now.");
	}

	@Test
	void figuresAreShownWhileTheStoreIsUnreachable() {
		Map<String, StoreAnswer<Duration>> stores = new LinkedHashMap<>();
		stores.put("memory", new StoreAnswer.Failed<>("no answer within 5.0 s"));
		Board board = new Board(NOW, "here", "memory", "", Optional.empty(), stores,
				new StoreAnswer.Failed<>("no answer within 5.0 s"),
				new NodeFigures(List.of(figures("Shop.pay", 120, 7, 0, 0)), List.of()));
		assertThat(render(board)).contains("The store of provider <bdi>memory</bdi> does not work",
				"The held locks could not be listed: <bdi>no answer within 5.0 s</bdi>", "<bdi>Shop.pay</bdi>");
	}

	@Test
	void saysWhenTheLocksWereListedIfThatWasBefore() {
		Instant before = NOW.minusSeconds(3);
		assertThat(
				render(board(new StoreAnswer.Given<>(new HeldLocks(before, List.of(lock("orders", 30)))), List.of())))
			.contains("Listed at 04:05:03.", "<span class=\"aside\">2.0 s</span>");
		assertThat(render(board(held(lock("orders", 30)), List.of()))).doesNotContain("Listed at");
	}

	@Test
	void moreThanAHundredLocksAreNotAllShown() {
		HeldLock[] locks = IntStream.range(0, 101).mapToObj((i) -> lock("key-" + i, 30)).toArray(HeldLock[]::new);
		assertThat(render(board(held(locks), List.of()))).contains("More than 100 locks are held", "over 100", "key-99")
			.doesNotContain("key-100");
	}

	@Test
	void saysWhoseLocksAreListedIfThereAreMoreProviders() {
		Board board = new Board(NOW, "here", "memory", "", Optional.empty(), Map.of("memory", UP, "jdbc", UP),
				held(lock("orders", 30)), new NodeFigures(List.of(), List.of()));
		assertThat(render(board)).contains("Only those of provider <bdi>memory</bdi> are listed.");
		assertThat(render(board(held(lock("orders", 30)), List.of()))).doesNotContain("are listed");
	}

	@Test
	void locksOfThisNodeAreMarked() {
		LockInfo own = new LockInfo("own", "memory", "here", 4711, NOW, Duration.ofSeconds(30));
		HeldLock lock = new HeldLock(own, Duration.ofSeconds(30), 0, Optional.empty());
		assertThat(render(board(held(lock), List.of()))).contains("this node</span>");
		assertThat(render(board(held(lock("foreign", 30)), List.of()))).doesNotContain("this node</span>");
	}

	@Test
	void whoWaitsHereIsCountedWhereverTheLockIsHeld() {
		LockInfo info = new LockInfo("foreign", "memory", "there", 4711, NOW, Duration.ofSeconds(30));
		HeldLock lock = new HeldLock(info, Duration.ofSeconds(30), 2, Optional.empty());
		assertThat(render(board(held(lock), List.of()))).contains("<span class=\"aside\">2 waiting here</span>");
		assertThat(render(board(held(lock("foreign", 30)), List.of()))).doesNotContain("waiting here");
	}

	@Test
	void lostLeasesAndErrorsStandOut() {
		assertThat(render(board(held(), List.of(figures("Shop.pay", 120, 7, 3, 2))))).contains("class=\"tile alarm\"",
				"<strong class=\"alarm\">3</strong>", "<strong class=\"alarm\">2</strong>");
		assertThat(render(board(held(), List.of(figures("Shop.pay", 120, 7, 0, 0)))))
			.doesNotContain("class=\"tile alarm\"", "<strong class=\"alarm\">");
	}

	@Test
	void chartsSayInWordsWhatTheyShow() {
		assertThat(render(board(held(), List.of(figures("Shop.pay", 120, 7, 0, 0))))).contains(
				"<title>Acquisition time in the last 5 minutes, by 10 s: mean up to 1.2 ms, longest 9.0 ms</title>",
				"<title>Contention in the last 5 minutes, by 10 s: 120 acquisitions, 7 found the lock held</title>",
				"5.8%");
	}

	@Test
	void releaseIsOfferedOnlyWhereThereIsAPathForIt() {
		Board board = board(held(lock("a/b\"", 30)), List.of());
		assertThat(this.page.render(board, Optional.of("./distributedlocks/")))
			.contains("data-release=\"./distributedlocks/\"", "data-key=\"a/b&quot;\" data-token=\"4711\"");
		assertThat(render(board)).doesNotContain("data-release=", "<button");
	}

	private String render(Board board) {
		return this.page.render(board, Optional.empty());
	}

	private static Board board(StoreAnswer<HeldLocks> held, List<LockFigures> figures) {
		return new Board(NOW, "here", "memory", "", Optional.of("nothing"), Map.of("memory", UP), held,
				new NodeFigures(figures, List.of()));
	}

	private static StoreAnswer<HeldLocks> held(HeldLock... locks) {
		return new StoreAnswer.Given<>(new HeldLocks(NOW, List.of(locks)));
	}

	private static HeldLock lock(String key, long remaining) {
		LockInfo info = new LockInfo(key, "memory", "there", 4711, NOW.minusSeconds(5), Duration.ofSeconds(remaining));
		return new HeldLock(info, Duration.ofSeconds(60), 0, Optional.empty());
	}

	private static LockFigures figures(String name, long acquired, long contended, long lost, long errors) {
		List<Interval> recent = IntStream.range(0, 30)
			.mapToObj((i) -> new Interval(NOW, (i == 3) ? acquired : 0, (i == 3) ? contended : 0,
					(i == 3) ? Duration.ofNanos(1_200_000) : Duration.ZERO,
					(i == 3) ? Duration.ofMillis(9) : Duration.ZERO))
			.toList();
		return new LockFigures(name, "memory", acquired, 0, errors, contended, 0, lost, 0, 0,
				new DurationSummary(acquired, Duration.ofMillis(1), Duration.ofMillis(9)),
				new Latency(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3)),
				new DurationSummary(acquired, Duration.ofMillis(35), Duration.ofMillis(210)), recent);
	}

	private static String only(String pattern, String text) {
		Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
		assertThat(matcher.find()).isTrue();
		String group = matcher.group(1);
		assertThat(matcher.find()).isFalse();
		return group;
	}

}
