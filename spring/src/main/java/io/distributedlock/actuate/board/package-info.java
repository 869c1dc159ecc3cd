/**
 * The page that shows the locks: what the cluster holds and what this node did.
 */
@NullMarked
package io.distributedlock.actuate.board;

import org.jspecify.annotations.NullMarked;
