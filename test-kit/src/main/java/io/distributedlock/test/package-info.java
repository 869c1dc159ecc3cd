/**
 * For tests of lock stores and of code that uses locks: the contract every store fulfils
 * and time under the test's control.
 */
@NullMarked
package io.distributedlock.test;

import org.jspecify.annotations.NullMarked;
