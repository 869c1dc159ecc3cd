package io.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * What a logical key may look like. The same for every provider, so that a key that works
 * on one works on all.
 */
final class LockKeyRules {

	static final int MAX_CODE_POINTS = 255;

	private LockKeyRules() {
	}

	static String check(@Nullable String key) {
		if (key == null) {
			throw new InvalidLockKeyException("Lock key is null: give the lock a key");
		}
		if (key.isBlank()) {
			throw new InvalidLockKeyException("Lock key '" + escape(key) + "' is blank: give the lock a key");
		}
		int codePoints = 0;
		for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
			int codePoint = key.codePointAt(i);
			if (Character.isISOControl(codePoint)) {
				throw new InvalidLockKeyException(
						"Lock key '%s' has the control character U+%04X at index %d: remove it".formatted(escape(key),
								codePoint, i));
			}
			if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
				throw new InvalidLockKeyException(
						"Lock key '%s' has the lone surrogate U+%04X at index %d: it is not valid Unicode"
							.formatted(escape(key), codePoint, i));
			}
			codePoints++;
		}
		if (codePoints > MAX_CODE_POINTS) {
			throw new InvalidLockKeyException("Lock key '%s...' has %d characters, the limit is %d: shorten or hash it"
				.formatted(escape(key.substring(0, key.offsetByCodePoints(0, 40))), codePoints, MAX_CODE_POINTS));
		}
		return key;
	}

	private static String escape(String key) {
		StringBuilder escaped = new StringBuilder();
		key.codePoints().forEach((c) -> {
			if (Character.isISOControl(c) || (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c))) {
				escaped.append("\\u%04x".formatted(c));
			}
			else {
				escaped.appendCodePoint(c);
			}
		});
		return escaped.toString();
	}

}
