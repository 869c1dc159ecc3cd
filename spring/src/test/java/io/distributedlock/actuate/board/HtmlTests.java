package io.distributedlock.actuate.board;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HtmlTests {

	@Test
	void valuesAreEscapedAlsoWithinQuotes() {
		assertThat(Html.of("<b title=\"{}\">{}</b>", "\"' onclick=", "<script>&amp;"))
			.hasToString("<b title=\"&quot;&#39; onclick=\">&lt;script&gt;&amp;amp;</b>");
	}

	@Test
	void htmlIsTakenAsItIsAndValuesAreNotTemplates() {
		assertThat(Html.of("<p>{}{}</p>", Html.of("<b>{}</b>", "{}"), List.of(Html.of("<i></i>"), "<")))
			.hasToString("<p><b>{}</b><i></i>&lt;</p>");
	}

	@Test
	void otherValuesAreEscapedAsText() {
		record Thing(String name) {
		}
		assertThat(Html.of("{} {}", 4711L, new Thing("<"))).hasToString("4711 Thing[name=&lt;]");
	}

	@Test
	void templateAndValuesMustFit() {
		assertThatIllegalArgumentException().isThrownBy(() -> Html.of("{}"))
			.withMessage("0 values are too few for: {}");
		assertThatIllegalArgumentException().isThrownBy(() -> Html.of("{}", 1, 2))
			.withMessage("2 values are too many for: {}");
	}

	@Test
	void whatOthersWroteIsIsolatedAndEscaped() {
		assertThat(Html.written("a b<script>\"Größe\" 日本 🔒"))
			.hasToString("<bdi>a b&lt;script&gt;&quot;Größe&quot; 日本 🔒</bdi>");
	}

	@ParameterizedTest
	@CsvSource({ "202E, RIGHT-TO-LEFT OVERRIDE", "2066, LEFT-TO-RIGHT ISOLATE", "200B, ZERO WIDTH SPACE",
			"00AD, SOFT HYPHEN", "FEFF, ZERO WIDTH NO-BREAK SPACE", "00A0, NO-BREAK SPACE", "2028, LINE SEPARATOR",
			"E0041, TAG LATIN CAPITAL LETTER A" })
	void whatCannotBeSeenIsShownByItsNumber(String number, String name) {
		String key = "a" + Character.toString(Integer.parseInt(number, 16)) + "b";
		assertThat(Html.written(key))
			.hasToString("<bdi>a<span class=\"invisible\" title=\"%s\">U+%s</span>b</bdi>".formatted(name, number));
	}

}
