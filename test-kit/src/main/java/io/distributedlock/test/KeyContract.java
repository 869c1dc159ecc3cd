package io.distributedlock.test;

import java.util.List;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys are compared code point by code point, up to 255 of them.
 */
interface KeyContract extends StoreUnderTest {

	/** The largest key, in code points. */
	int MAX_CODE_POINTS = 255;

	/** Pairs of endings that some database or driver would take for the same. */
	List<Arguments> ALIKE = List.of(Arguments.of("a", "A"), Arguments.of("", " "), Arguments.of(" ", "  "),
			Arguments.of("e", "\u00e9"), Arguments.of("\u00e9", "e\u0301"), Arguments.of("ss", "\u00df"),
			Arguments.of("i", "\u0131"), Arguments.of("\ud83d\udd12", "\ud83d\udd13"),
			Arguments.of("\ud83d\udd12", "?"), Arguments.of("\ufffd", "?"), Arguments.of("1", "\uff11"),
			Arguments.of("", "\u200b"), Arguments.of("a", "a%"), Arguments.of("a/", "a"));

	@ParameterizedTest
	@FieldSource("ALIKE")
	default void keysThatLookAlikeAreDifferentLocks(String ending, String likeIt) {
		String start = Contender.randomKey() + ":";
		areDifferentLocks(start + ending, start + likeIt);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "\u00e9", "\u20ac", "\ud83d\udd12" })
	default void keysOf255CodePointsAreToldApartByTheLast(String character) {
		String start = Contender.randomKey();
		start += character.repeat(MAX_CODE_POINTS - 1 - start.codePointCount(0, start.length()));
		areDifferentLocks(start + "1", start + "2");
	}

	@Test
	default void keysOf255CodePointsAreToldApartByTheirStart() {
		String end = "y".repeat(MAX_CODE_POINTS - Contender.randomKey().length());
		areDifferentLocks(Contender.randomKey() + end, Contender.randomKey() + end);
	}

	@ParameterizedTest
	@ValueSource(strings = { "'", "\"", "\\", "''; --", "{", "}", "{a}:{b}", "%", "_", "*", "?", "[a]", "/", "//", ":",
			"a b", "$1", "#{1}", "\u05d0\u0639\u4e2d" })
	default void keysMayHaveAnyCharacter(String character) {
		Contender holder = new Contender(store(), Contender.randomKey() + character);
		Granted grant = holder.mustAcquire();
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.RENEWED);
		assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustAcquire();
	}

	private void areDifferentLocks(String key, String otherKey) {
		Contender one = new Contender(store(), key);
		Contender other = new Contender(store(), otherKey);
		one.mustAcquire();
		Granted grant = other.mustAcquire();
		assertThat(one.renew(Contender.LONG)).isEqualTo(RenewResult.RENEWED);
		assertThat(one.release()).isEqualTo(ReleaseResult.RELEASED);
		assertThat(other.mustAcquire()).isEqualTo(grant);
		one.rival().mustAcquire();
		other.rival().mustNotAcquire();
	}

}
