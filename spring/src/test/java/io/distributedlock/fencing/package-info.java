@NullMarked
package io.distributedlock.fencing;

import org.jspecify.annotations.NullMarked;
