package io.distributedlock.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Why a request could not be answered.
 *
 * @param message what was wrong
 */
record FailureDescriptor(String message) implements OperationResponseBody {
}
