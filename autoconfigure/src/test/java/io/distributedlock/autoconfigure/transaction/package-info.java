@NullMarked
package io.distributedlock.autoconfigure.transaction;

import org.jspecify.annotations.NullMarked;
