/**
 * What a program sends to a database.
 */
@NullMarked
package io.distributedlock.benchmarks.recording;

import org.jspecify.annotations.NullMarked;
