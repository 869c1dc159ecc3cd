@NullMarked
package io.distributedlock.observation;

import org.jspecify.annotations.NullMarked;
