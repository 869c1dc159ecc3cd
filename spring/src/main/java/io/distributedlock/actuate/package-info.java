/**
 * What Spring Boot's actuator shows of locks, and lets administrators do.
 */
@NullMarked
package io.distributedlock.actuate;

import org.jspecify.annotations.NullMarked;
