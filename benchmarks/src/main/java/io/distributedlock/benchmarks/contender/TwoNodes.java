package io.distributedlock.benchmarks.contender;

/**
 * Two nodes that lock alike.
 *
 * @param node the node that is measured
 * @param other the node that holds locks before it
 */
public record TwoNodes(Peer node, Peer other) {
}
