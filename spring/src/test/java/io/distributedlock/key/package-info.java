@NullMarked
package io.distributedlock.key;

import org.jspecify.annotations.NullMarked;
