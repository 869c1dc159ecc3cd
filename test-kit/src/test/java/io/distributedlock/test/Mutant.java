package io.distributedlock.test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.distributedlock.time.TimeSource;

/**
 * A store with one mistake.
 *
 * @param mistake what it does wrong
 * @param test the test of the contract meant to find out
 * @param store creates it
 */
record Mutant(String mistake, String test, Function<TimeSource, SimpleLockStore> store) {

	static List<Mutant> all() {
		List<Mutant> all = new ArrayList<>();
		all.addAll(GrantMutants.all());
		all.addAll(ReleaseMutants.all());
		all.addAll(RenewalMutants.all());
		all.addAll(FencingTokenMutants.all());
		all.addAll(KeyMutants.all());
		all.addAll(CapabilityMutants.all());
		all.addAll(PurgingMutants.all());
		all.addAll(StoreProbeMutants.all());
		return all;
	}

	@Override
	public String toString() {
		return this.mistake;
	}

}
