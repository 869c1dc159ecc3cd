/**
 * Time as a dependency, so that tests need not wait for it.
 */
@NullMarked
package io.distributedlock.time;

import org.jspecify.annotations.NullMarked;
