package io.distributedlock.actuate;

import java.security.Principal;
import java.util.function.Supplier;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockException;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;

/**
 * The {@link LocksEndpoint} on the web: keys are what remains of the path, or the query
 * parameter {@code key}, and outcomes are told by the status. Thread-safe.
 */
@RegisterReflectionForBinding(FailureDescriptor.class)
@EndpointWebExtension(endpoint = LocksEndpoint.class)
public class LocksEndpointWebExtension {

	private static final int NOT_IMPLEMENTED = 501;

	private final LocksEndpoint endpoint;

	/**
	 * Creates an instance.
	 * @param endpoint the endpoint
	 */
	public LocksEndpointWebExtension(LocksEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Asks the default provider's store who holds a lock.
	 * @param key the segments of the logical key, or the key if it is a parameter
	 * @return 200 with the holder, 404 if the lock is free, 400 if there can be no such
	 * lock, 501 if the store cannot tell, 503 if it fails
	 */
	@ReadOperation
	public WebEndpointResponse<Object> lock(@Selector(match = Match.ALL_REMAINING) Object key) {
		return answer(() -> {
			HeldLockDescriptor lock = this.endpoint.lock(key(key));
			return (lock != null) ? new WebEndpointResponse<>(lock)
					: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		});
	}

	/**
	 * Takes a lock of the default provider away from whoever holds it.
	 * @param securityContext tells who asks
	 * @param key the segments of the logical key, or the key if it is a parameter
	 * @return 204 if the lock was released, 404 if it was free, 400 if there can be no
	 * such lock, 501 if the store cannot do it, 503 if it fails
	 */
	@DeleteOperation
	public WebEndpointResponse<Object> forceRelease(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) Object key) {
		return answer(() -> new WebEndpointResponse<>(
				this.endpoint.forceRelease(key(key), requester(securityContext)).released()
						? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND));
	}

	private WebEndpointResponse<Object> answer(Supplier<WebEndpointResponse<Object>> operation) {
		try {
			return operation.get();
		}
		catch (InvalidLockKeyException ex) {
			return failure(WebEndpointResponse.STATUS_BAD_REQUEST, String.valueOf(ex.getMessage()));
		}
		catch (UnsupportedOperationException ex) {
			return failure(NOT_IMPLEMENTED, String.valueOf(ex.getMessage()));
		}
		catch (LockException ex) {
			return failure(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
					"Provider '%s' failed: %s".formatted(this.endpoint.provider(), ex.getMessage()));
		}
	}

	private static WebEndpointResponse<Object> failure(int status, String message) {
		return new WebEndpointResponse<>(new FailureDescriptor(message), status);
	}

	/**
	 * Servers drop empty segments of a path and some refuse encoded slashes. A parameter
	 * takes the place of the path, and is not to be split where it contains commas.
	 */
	private static String key(Object key) {
		if (key instanceof String[] segments) {
			return String.join("/", segments);
		}
		if (key instanceof String parameter) {
			return parameter;
		}
		throw new InvalidLockKeyException("There are several keys, %s: give one".formatted(key));
	}

	private static String requester(SecurityContext securityContext) {
		Principal principal = securityContext.getPrincipal();
		return (principal != null) ? "'" + principal.getName() + "'" : "unknown";
	}

}
