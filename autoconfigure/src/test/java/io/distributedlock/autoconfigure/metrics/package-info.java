@NullMarked
package io.distributedlock.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
