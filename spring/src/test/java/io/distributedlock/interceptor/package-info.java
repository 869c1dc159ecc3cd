@NullMarked
package io.distributedlock.interceptor;

import org.jspecify.annotations.NullMarked;
