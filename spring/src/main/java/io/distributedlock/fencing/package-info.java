/**
 * Fencing at the resource: what a stale holder of a lock writes is refused where it is
 * written. Applications use {@link io.distributedlock.fencing.FencingGuard},
 * {@link io.distributedlock.fencing.Fenced} and
 * {@link io.distributedlock.fencing.RedisFencedValues}.
 */
@NullMarked
package io.distributedlock.fencing;

import org.jspecify.annotations.NullMarked;
