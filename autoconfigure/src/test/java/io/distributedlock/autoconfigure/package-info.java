@NullMarked
package io.distributedlock.autoconfigure;

import org.jspecify.annotations.NullMarked;
