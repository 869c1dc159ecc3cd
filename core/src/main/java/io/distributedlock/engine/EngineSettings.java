package io.distributedlock.engine;

import java.time.Duration;

import io.distributedlock.time.TimeSource;

/**
 * What all providers of an engine share.
 */
record EngineSettings(String nodeId, String keyPrefix, LockDefaults defaults, Duration storeTimeout,
		Listeners listeners, Transactions transactions, TimeSource time, EngineThreads threads, ThreadMarks marks) {
}
