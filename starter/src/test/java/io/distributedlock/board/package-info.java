/**
 * The page that shows the locks, on real web servers and in a real browser. These tests
 * live here because the starter's class path is that of an application.
 */
@NullMarked
package io.distributedlock.board;

import org.jspecify.annotations.NullMarked;
