@NullMarked
package io.distributedlock.autoconfigure.actuate.board;

import org.jspecify.annotations.NullMarked;
