package io.distributedlock.test;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Mistakes in telling keys apart.
 */
final class KeyMutants {

	private KeyMutants() {
	}

	static List<Mutant> all() {
		return List.of(
				withKeys("ignores the case of keys", "keysThatLookAlikeAreDifferentLocks",
						(key) -> key.toLowerCase(Locale.ROOT)),
				withKeys("ignores blanks at the end of keys", "keysThatLookAlikeAreDifferentLocks",
						String::stripTrailing),
				withKeys("cannot store astral characters", "keysThatLookAlikeAreDifferentLocks",
						(key) -> key.replaceAll("[^\\x{0}-\\x{ffff}]", "?")),
				withKeys("cuts keys off after 254 characters", "keysOf255CodePointsAreToldApartByTheLast",
						(key) -> key.substring(0, Math.min(254, key.length()))),
				withKeys("has one lock for all keys", "locksOfDifferentKeysAreIndependent", (key) -> ""));
	}

	private static Mutant withKeys(String mistake, String test, Function<String, String> keyOf) {
		return new Mutant(mistake, test, (time) -> new SimpleLockStore(time) {
			@Override
			String keyOf(String key) {
				return keyOf.apply(key);
			}
		});
	}

}
