package io.distributedlock.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * The contract accepts a correct store and finds out each that has a mistake.
 */
class LockStoreContractMutationTests {

	private static final Map<String, Set<String>> TABLE = new TreeMap<>();

	@Test
	void aCorrectStorePassesEveryTest() {
		ContractRun run = run(SimpleLockStore::new, Duration.ofSeconds(20));
		assertThat(run.failed()).isEmpty();
		assertThat(run.aborted()).isEmpty();
		assertThat(run.passed()).hasSizeGreaterThan(80);
	}

	@ParameterizedTest
	@MethodSource("mutants")
	void theContractFindsOutAStoreThat(Mutant mutant) {
		ContractRun run = run(mutant.store(), Duration.ofMillis(500));
		TABLE.put(mutant.mistake(), run.failed());
		assertThat(run.failed()).contains(mutant.test());
	}

	static List<Mutant> mutants() {
		return Mutant.all();
	}

	@AfterAll
	static void printTable() {
		System.out.println(TABLE.entrySet()
			.stream()
			.map((row) -> "| %s | %d: %s |".formatted(row.getKey(), row.getValue().size(),
					String.join(", ", row.getValue())))
			.collect(Collectors.joining("\n", "| mutant | failing tests of the contract |\n|---|---|\n", "")));
	}

	private static ContractRun run(Function<TimeSource, SimpleLockStore> store, Duration patience) {
		MutatedStore.patience = patience;
		MutatedStore.mutant = store;
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(selectClass(MutatedStore.class))
			.build();
		ContractRun run = new ContractRun();
		LauncherFactory.create().execute(request, run);
		return run;
	}

}
