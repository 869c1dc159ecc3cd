@NullMarked
package io.distributedlock.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
