@NullMarked
package io.distributedlock.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
