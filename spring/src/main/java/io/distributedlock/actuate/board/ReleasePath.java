package io.distributedlock.actuate.board;

import java.util.Collection;
import java.util.Optional;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;

/**
 * Where locks can be released by force, as seen from the page: relative, since a proxy or
 * a context path may be in front of both.
 */
final class ReleasePath {

	private static final EndpointId BOARD = EndpointId.of("distributedlockboard");

	private static final EndpointId LOCKS = EndpointId.of("distributedlocks");

	private ReleasePath() {
	}

	/**
	 * Looks for the endpoint that releases locks. What is not exposed is not among them,
	 * and what may not be written has no such operation.
	 * @param endpoints the exposed endpoints
	 * @return the path that is to be followed by a key, empty if locks can not be
	 * released
	 */
	static Optional<String> among(Collection<ExposableWebEndpoint> endpoints) {
		return find(endpoints, LOCKS).filter(ReleasePath::canDelete)
			.map((locks) -> upFrom(find(endpoints, BOARD).map(ExposableWebEndpoint::getRootPath).orElse(""))
					+ locks.getRootPath() + "/");
	}

	private static Optional<ExposableWebEndpoint> find(Collection<ExposableWebEndpoint> endpoints, EndpointId id) {
		return endpoints.stream().filter((endpoint) -> endpoint.getEndpointId().equals(id)).findFirst();
	}

	private static boolean canDelete(ExposableWebEndpoint endpoint) {
		return endpoint.getOperations()
			.stream()
			.anyMatch((operation) -> operation.getRequestPredicate().getHttpMethod() == WebEndpointHttpMethod.DELETE);
	}

	private static String upFrom(String path) {
		return "./" + "../".repeat((int) path.chars().filter((c) -> c == '/').count());
	}

}
