package io.distributedlock.interceptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.interceptor.AnnotationSnippets.Gateway;
import io.distributedlock.interceptor.AnnotationSnippets.Orders;
import io.distributedlock.interceptor.AnnotationSnippets.Report;
import io.distributedlock.interceptor.AnnotationSnippets.ReportService;
import io.distributedlock.interceptor.AnnotationSnippets.Reports;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * docs/annotation.md: what it shows compiles, and does what it says.
 */
class AnnotationPageTests {

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private final String page = Files.readString(Path.of("../docs/annotation.md"));

	AnnotationPageTests() throws IOException {
	}

	@Test
	void everySnippetIsCompiled() throws IOException {
		String source = Files
			.readString(Path.of("src/test/java/io/distributedlock/interceptor/AnnotationSnippets.java"))
			.replaceAll("\\s*@SuppressWarnings\\(.*\\)|\\s*// @formatter.*", "");
		List<String> snippets = JAVA.matcher(this.page).results().map((MatchResult found) -> found.group(1)).toList();
		assertThat(snippets).hasSize(5)
			.allSatisfy((snippet) -> assertThat(source).containsIgnoringWhitespaces(snippet));
	}

	@Test
	void everyAttributeIsInTheTable() {
		assertThat(DistributedLock.class.getDeclaredMethods()).allSatisfy(
				(attribute) -> assertThat(this.page).containsPattern("\\| .*`" + attribute.getName() + "`.* \\|"));
	}

	@Test
	void theFallbackIsCalled() {
		Reports reports = mock();
		given(reports.last()).willReturn(new Report("last"));
		try (LockedContext context = LockedContext.of((beans) -> {
			beans.registerBean(Reports.class, () -> reports);
			beans.register(ReportService.class);
		})) {
			context.locks.holdElsewhere("report:2026-11-22");
			assertThat(context.get(ReportService.class).report(LocalDate.of(2026, 11, 22)).text()).isEqualTo("last");
		}
	}

	@Test
	void theCallWithinTheObjectTakesNoLock() {
		Gateway gateway = mock();
		try (LockedContext context = LockedContext.of((beans) -> {
			beans.registerBean(Gateway.class, () -> gateway);
			beans.register(Orders.class);
		})) {
			context.get(Orders.class).captureAll(List.of(1L, 2L));
			assertThat(context.locks.keys()).containsExactly("order:1", "order:2");
		}
	}

}
