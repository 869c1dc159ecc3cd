@NullMarked
package io.distributedlock.actuate.board;

import org.jspecify.annotations.NullMarked;
