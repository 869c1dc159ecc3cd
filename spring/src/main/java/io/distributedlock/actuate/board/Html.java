package io.distributedlock.actuate.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import com.google.errorprone.annotations.CompileTimeConstant;

import org.springframework.web.util.HtmlUtils;

/**
 * A piece of HTML. Markup comes from constants and from files of this package; whatever
 * else is put into it is escaped.
 */
final class Html {

	static final Html NOTHING = new Html("");

	private static final String PLACE = "{}";

	private final String markup;

	private Html(String markup) {
		this.markup = markup;
	}

	/**
	 * Fills a template.
	 * @param template markup with <code>{}</code> for each value, within quotes if it is
	 * an attribute's
	 * @param values pieces of HTML or lists of them, taken as they are, or other values,
	 * escaped
	 */
	static Html of(@CompileTimeConstant final String template, Object... values) {
		StringBuilder markup = new StringBuilder();
		int end = 0;
		for (Object value : values) {
			int place = template.indexOf(PLACE, end);
			if (place < 0) {
				throw new IllegalArgumentException("%d values are too many for: %s".formatted(values.length, template));
			}
			append(markup.append(template, end, place), value);
			end = place + PLACE.length();
		}
		if (template.indexOf(PLACE, end) >= 0) {
			throw new IllegalArgumentException("%d values are too few for: %s".formatted(values.length, template));
		}
		return new Html(markup.append(template, end, template.length()).toString());
	}

	/**
	 * Returns what somebody else wrote, isolated from the text around it. Characters that
	 * cannot be seen are shown by their numbers: two keys must not look the same, nor
	 * turn the text around.
	 */
	static Html written(String text) {
		StringBuilder markup = new StringBuilder("<bdi>");
		text.codePoints().forEach((c) -> {
			if (isInvisible(c)) {
				String number = "U+%04X".formatted(c);
				String name = Objects.requireNonNullElse(Character.getName(c), number);
				append(markup, of("<span class=\"invisible\" title=\"{}\">{}</span>", name, number));
			}
			else {
				append(markup, Character.toString(c));
			}
		});
		return new Html(markup.append("</bdi>").toString());
	}

	/**
	 * Returns a file of this package as it is. Its lines end alike on every platform, as
	 * browsers would make them so before they compute a hash.
	 */
	static Html file(@CompileTimeConstant final String name) {
		try (InputStream file = Html.class.getResourceAsStream(name)) {
			byte[] content = Objects.requireNonNull(file, () -> "No file " + name).readAllBytes();
			return new Html(new String(content, StandardCharsets.UTF_8).replace("\r\n", "\n"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.markup;
	}

	private static void append(StringBuilder markup, Object value) {
		if (value instanceof Html || value instanceof String) {
			markup.append((value instanceof Html html) ? html.markup
					: HtmlUtils.htmlEscape((String) value, StandardCharsets.UTF_8.name()));
		}
		else if (value instanceof List<?> list) {
			list.forEach((element) -> append(markup, element));
		}
		else {
			append(markup, String.valueOf(value));
		}
	}

	private static boolean isInvisible(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE, Character.UNASSIGNED ->
				true;
			case Character.SPACE_SEPARATOR -> codePoint != ' ';
			default -> false;
		};
	}

}
