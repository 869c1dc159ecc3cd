/**
 * Wires the page that shows the locks.
 */
@NullMarked
package io.distributedlock.autoconfigure.actuate.board;

import org.jspecify.annotations.NullMarked;
