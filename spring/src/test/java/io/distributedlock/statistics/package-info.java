@NullMarked
package io.distributedlock.statistics;

import org.jspecify.annotations.NullMarked;
