@NullMarked
package io.distributedlock.autoconfigure.aot;

import org.jspecify.annotations.NullMarked;
