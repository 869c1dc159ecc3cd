package io.distributedlock.sample.payments;

import java.util.List;
import java.util.Map;

/**
 * What happened so far, as the database says.
 *
 * @param node the node that answered
 * @param payments how many payments there are
 * @param captures how many captures there were
 * @param capturedTwice how many payments were captured more than once
 * @param ticksByNode how many settlements each node ran
 * @param ticksRunTwice how many settlements ran more than once
 * @param latestSettlements the latest settlements, newest first
 */
public record Report(String node, long payments, long captures, long capturedTwice, Map<String, Long> ticksByNode,
		long ticksRunTwice, List<Settlement> latestSettlements) {
}
