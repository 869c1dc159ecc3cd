/**
 * Real database servers for the time of a measurement.
 */
@NullMarked
package io.distributedlock.benchmarks.database;

import org.jspecify.annotations.NullMarked;
