package io.distributedlock.key;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.distributedlock.InvalidLockKeyException;

/**
 * What a part of a key may be: a value that reads the same on every node.
 */
final class KeyValues {

	private KeyValues() {
	}

	/**
	 * Checks the value of a part.
	 * @param value the value
	 * @param source the part's expression
	 * @return the value, out of its {@code Optional} if it is in one
	 */
	static Object require(@Nullable Object value, String source) {
		if (value instanceof Optional<?> optional) {
			return require(optional.orElse(null), source);
		}
		if (value == null) {
			throw new InvalidLockKeyException("'%s' is null: pass a value, or use a key without it".formatted(source));
		}
		if (value instanceof Collection<?> collection) {
			collection.forEach((element) -> require(element, source));
		}
		else if (value instanceof Map<?, ?> map) {
			map.forEach((key, element) -> {
				require(key, source);
				require(element, source);
			});
		}
		else if (value.getClass().isArray() || isIdentity(value, value.toString())) {
			throw new InvalidLockKeyException(
					"'%s' is a %s, whose text differs from call to call: use one of its values".formatted(source,
							value.getClass().getTypeName()));
		}
		return value;
	}

	static String text(Object value) {
		return (value instanceof Enum<?> constant) ? constant.name() : value.toString();
	}

	/** Whether the text is what {@link Object#toString()} makes of the value. */
	private static boolean isIdentity(Object value, String text) {
		String start = value.getClass().getName() + "@";
		return text.startsWith(start) && text.chars().skip(start.length()).allMatch((c) -> Character.digit(c, 16) >= 0);
	}

}
