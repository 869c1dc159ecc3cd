package io.distributedlock.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DistributedLockConfigurationFailureAnalyzer
		extends AbstractFailureAnalyzer<DistributedLockConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DistributedLockConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
