/**
 * Wires locks into a Spring Boot application: the engine, its defaults, the choice of a
 * provider and the interceptor.
 */
@NullMarked
package io.distributedlock.autoconfigure;

import org.jspecify.annotations.NullMarked;
