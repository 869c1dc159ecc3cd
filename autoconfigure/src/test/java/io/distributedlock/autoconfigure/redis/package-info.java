@NullMarked
package io.distributedlock.autoconfigure.redis;

import org.jspecify.annotations.NullMarked;
