/**
 * How annotated methods get their locks: annotations become
 * {@link io.distributedlock.interceptor.LockAttributes}, an advisor puts the interceptor
 * around the methods, and what cannot work is found at startup. Brought in by
 * {@link io.distributedlock.interceptor.LockAnnotationConfiguration}.
 */
@NullMarked
package io.distributedlock.interceptor;

import org.jspecify.annotations.NullMarked;
