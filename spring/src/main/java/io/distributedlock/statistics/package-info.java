/**
 * What the locks of this node did since it started and in the last minutes, without a
 * monitoring system.
 */
@NullMarked
package io.distributedlock.statistics;

import org.jspecify.annotations.NullMarked;
