package io.distributedlock.test;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * The names of the tests that passed, failed and were aborted.
 */
final class ContractRun implements TestExecutionListener {

	private final Map<Status, Set<String>> methods = new EnumMap<>(Status.class);

	@Override
	public void executionFinished(TestIdentifier test, TestExecutionResult result) {
		Set<String> names = this.methods.computeIfAbsent(result.getStatus(), (any) -> new TreeSet<>());
		if (test.isTest() && test.getSource().orElse(null) instanceof MethodSource source) {
			names.add(source.getMethodName());
		}
		else if (result.getStatus() == Status.FAILED) {
			names.add(test.getDisplayName());
		}
	}

	Set<String> passed() {
		return withStatus(Status.SUCCESSFUL);
	}

	Set<String> failed() {
		return withStatus(Status.FAILED);
	}

	Set<String> aborted() {
		return withStatus(Status.ABORTED);
	}

	private Set<String> withStatus(Status status) {
		return this.methods.getOrDefault(status, Collections.emptySet());
	}

}
