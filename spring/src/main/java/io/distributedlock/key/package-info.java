/**
 * Key expressions: parsed once at startup, evaluated once per call, and never to a key
 * that calls would share by accident.
 */
@NullMarked
package io.distributedlock.key;

import org.jspecify.annotations.NullMarked;
