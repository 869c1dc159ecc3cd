@NullMarked
package io.distributedlock.actuate;

import org.jspecify.annotations.NullMarked;
