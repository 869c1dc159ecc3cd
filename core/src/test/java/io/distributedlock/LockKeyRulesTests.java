package io.distributedlock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LockKeyRulesTests {

	private static final String LOCK = "\uD83D\uDD12";

	@ParameterizedTest
	@ValueSource(strings = { "x", "order:42", " a ", "Zürich/北京", "a\u00A0b", "e\u0301", "%s", "\uFFFD", LOCK })
	void anOrdinaryKeyIsTakenAsItIs(String key) {
		assertThat(LockRequest.of(key).key()).isEqualTo(key);
	}

	@Test
	@SuppressWarnings("NullAway")
	void aNullKeyIsRefused() {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockRequest.of(null))
			.withMessage("Lock key is null: give the lock a key");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "   ", "\u2003" })
	void aBlankKeyIsRefused(String key) {
		assertRefused(key, "Lock key '" + key + "' is blank: give the lock a key");
	}

	@Test
	void aBlankKeyOfControlCharactersIsShownEscaped() {
		assertRefused("\t\n", "Lock key '\\u0009\\u000a' is blank: give the lock a key");
	}

	@ParameterizedTest
	@ValueSource(chars = { 0, 1, '\t', '\n', '\r', 0x1F, 0x7F, 0x80, 0x85, 0x9F })
	void controlCharactersAreRefused(char control) {
		assertRefused("order:" + control + "42",
				"Lock key 'order:\\u%04x42' has the control character U+%04X at index 6: remove it"
					.formatted((int) control, (int) control));
	}

	@ParameterizedTest
	@ValueSource(chars = { ' ', '~', 0xA0, 0xAD })
	void theirNeighboursAreNot(char neighbour) {
		assertThat(LockRequest.of("a" + neighbour + "b").key()).hasSize(3);
	}

	@Test
	void loneSurrogatesAreRefusedWhereverTheyStand() {
		assertRefused("\uD83Dorder",
				"Lock key '\\ud83dorder' has the lone surrogate U+D83D at index 0: it is not valid Unicode");
		assertRefused("or\uDD12der", "has the lone surrogate U+DD12 at index 2");
		assertRefused("order\uD83D", "has the lone surrogate U+D83D at index 5");
		assertRefused("\uDD12\uD83D", "has the lone surrogate U+DD12 at index 0");
		assertRefused(LOCK + "\uD83D", "has the lone surrogate U+D83D at index 2");
	}

	@Test
	void twoHundredAndFiftyFiveCodePointsAreTheLimit() {
		assertThat(LockRequest.of("k".repeat(255)).key()).hasSize(255);
		assertRefused("k".repeat(256),
				"Lock key '" + "k".repeat(40) + "...' has 256 characters, the limit is 255: shorten or hash it");
	}

	@Test
	void charactersBeyondTheBasicPlaneCountOnce() {
		assertThat(LockRequest.of(LOCK.repeat(255)).key()).hasSize(510);
		assertRefused(LOCK.repeat(256),
				"Lock key '" + LOCK.repeat(40) + "...' has 256 characters, the limit is 255: shorten or hash it");
		assertThat(LockRequest.of("k".repeat(254) + LOCK).key()).hasSize(256);
		assertRefused("k".repeat(255) + LOCK, "has 256 characters");
	}

	private static void assertRefused(String key, String message) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockRequest.of(key))
			.withMessageContaining(message);
	}

}
