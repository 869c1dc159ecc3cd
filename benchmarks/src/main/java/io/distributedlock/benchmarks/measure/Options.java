package io.distributedlock.benchmarks.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program's options, written as {@code rounds=10}.
 */
public final class Options {

	private final Map<String, String> values;

	private Options(Map<String, String> values) {
		this.values = values;
	}

	/**
	 * Reads a program's arguments.
	 * @param arguments the arguments
	 * @param defaults every option with its default
	 * @return the options
	 * @throws IllegalArgumentException if an argument is no known option
	 */
	public static Options parse(String[] arguments, Map<String, String> defaults) {
		Map<String, String> values = new TreeMap<>(defaults);
		for (String argument : arguments) {
			String[] nameAndValue = argument.split("=", 2);
			if (nameAndValue.length < 2 || values.replace(nameAndValue[0], nameAndValue[1]) == null) {
				throw new IllegalArgumentException(
						"Unknown option '%s': write name=value, with one of %s".formatted(argument, values));
			}
		}
		return new Options(values);
	}

	/**
	 * Returns an option that is a number.
	 * @param name the option
	 * @return its value
	 */
	public int number(String name) {
		return Integer.parseInt(text(name));
	}

	/**
	 * Returns an option that is a list of numbers with commas between them.
	 * @param name the option
	 * @return its values
	 */
	public List<Integer> numbers(String name) {
		return texts(name).stream().map(Integer::valueOf).toList();
	}

	/**
	 * Returns an option that is a list with commas between its items.
	 * @param name the option
	 * @return its values
	 */
	public List<String> texts(String name) {
		return Arrays.stream(text(name).split(",")).map(String::strip).toList();
	}

	/**
	 * Returns an option as it was written.
	 * @param name the option
	 * @return its value
	 */
	public String text(String name) {
		String value = this.values.get(name);
		if (value == null) {
			throw new IllegalArgumentException("No option " + name);
		}
		return value;
	}

	@Override
	public String toString() {
		return this.values.toString();
	}

}
