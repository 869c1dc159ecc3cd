package io.distributedlock.fencing;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.distributedlock.Lease;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.fencing.FencingSnippets.OwnTable;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * docs/fencing.md: what it shows compiles, and does what it says.
 */
class FencingPageTests {

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void everySnippetIsCompiled() throws IOException {
		String page = Files.readString(Path.of("../docs/fencing.md"));
		String source = Files.readString(Path.of("src/test/java/io/distributedlock/fencing/FencingSnippets.java"));
		List<String> snippets = JAVA.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
		assertThat(snippets).hasSize(6)
			.allSatisfy((snippet) -> assertThat(source).containsIgnoringWhitespaces(snippet));
	}

	@Test
	void aTableOfOnesOwnRefusesStaleTokens() {
		long token = FenceDatabase.issued(Duration.ZERO);
		try (FenceDatabase fences = FenceDatabase.h2()) {
			fences.database.execute("create table account (id bigint primary key, balance decimal, fence bigint)");
			fences.database.execute("insert into account values (1, 0, 0)");
			OwnTable table = new OwnTable(JdbcClient.create(fences.database.dataSource()));
			table.setBalance(1, BigDecimal.ONE, token);
			table.setBalance(1, BigDecimal.TEN, token);
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> table.setBalance(1, BigDecimal.ZERO, token - 1));
			assertThat(fences.database.query("select balance from account")).isEqualTo(10);
		}
	}

	@Test
	void theHeaderIsTheToken() {
		Lease lease = mock();
		given(lease.fencingToken()).willReturn(1_795_305_600_123_456L);
		assertThat(FencingSnippets.request(URI.create("http://localhost/shipments/42"), lease, "{}")
			.headers()
			.firstValue("Fencing-Token")).contains("1795305600123456");
	}

}
