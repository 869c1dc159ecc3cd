/**
 * The architecture as tests. They live here because only the starter sees every module.
 */
@NullMarked
package io.distributedlock.architecture;

import org.jspecify.annotations.NullMarked;
