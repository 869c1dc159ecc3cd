/**
 * What users write: {@link io.distributedlock.annotation.DistributedLock} on a method or
 * a type.
 */
@NullMarked
package io.distributedlock.annotation;

import org.jspecify.annotations.NullMarked;
