/**
 * Locks in a table of a relational database. Entered through
 * {@link io.distributedlock.jdbc.JdbcLockStore}.
 */
@NullMarked
package io.distributedlock.jdbc;

import org.jspecify.annotations.NullMarked;
