package io.distributedlock.benchmarks.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A table for a README. Not thread-safe.
 */
public final class MarkdownTable {

	private final List<List<String>> rows = new ArrayList<>();

	/**
	 * Creates a table.
	 * @param columns the columns' headings
	 */
	public MarkdownTable(String... columns) {
		this.rows.add(List.of(columns));
		this.rows.add(Collections.nCopies(columns.length, "---"));
	}

	/**
	 * Adds a row.
	 * @param cells as many as there are columns
	 */
	public void add(String... cells) {
		this.rows.add(List.of(cells));
	}

	/**
	 * Returns the table's text, which ends with a line break.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.rows.forEach((row) -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
		return text.toString();
	}

}
