package io.distributedlock.actuate.board;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import io.distributedlock.actuate.NodeFigures;
import io.distributedlock.actuate.StoreAnswer;

/**
 * What the page shows, at one moment.
 *
 * @param at the moment, by this node's wall clock
 * @param node this node
 * @param provider the provider of locks that name none
 * @param keyPrefix what every key starts with in the store
 * @param guarantee how far the locks can be trusted, if the store tells
 * @param stores how long the store of each provider in use took to answer
 * @param held what the cluster holds on the provider, at most {@value #MOST_LOCKS} and
 * one
 * @param figures what happened on this node
 */
record Board(Instant at, String node, String provider, String keyPrefix, Optional<String> guarantee,
		Map<String, StoreAnswer<Duration>> stores, StoreAnswer<HeldLocks> held, NodeFigures figures) {

	/** So many locks are shown; one more tells that there are more. */
	static final int MOST_LOCKS = 100;

}
