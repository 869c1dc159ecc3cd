package io.distributedlock.board;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page on the web servers that Spring Boot has.
 */
@Timeout(120)
class BoardWebTests {

	/** There are two reactive servers on the class path, and Boot takes both. */
	private static final String ONE_SERVER_TOO_MANY = "org.springframework.boot.tomcat.autoconfigure.actuate.web.server."
			+ "TomcatReactiveManagementContextAutoConfiguration";

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void isServedOnEitherKindOfServer(String type) throws Exception {
		try (Shop shop = Shop.open("spring.main.web-application-type=" + type);
				Lease lease = shop.locks().acquire(LockRequest.of("Größe"))) {
			HttpResponse<String> page = get(shop.board());
			assertThat(page.statusCode()).isEqualTo(200);
			assertThat(page.headers().firstValue("Content-Type").orElseThrow())
				.isEqualToIgnoringCase("text/html;charset=UTF-8");
			assertThat(page.body()).contains("<bdi>" + lease.key() + "</bdi>");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void isServedOnThePortForManagement(String type) throws Exception {
		try (Shop shop = Shop.open("spring.main.web-application-type=" + type, "management.server.port=0",
				"management.server.address=127.0.0.1", "management.endpoints.web.base-path=/ops",
				"spring.autoconfigure.exclude=" + ONE_SERVER_TOO_MANY)) {
			String port = shop.context().getEnvironment().getRequiredProperty("local.management.port");
			assertThat(get("http://127.0.0.1:" + port + "/ops/distributedlockboard").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void isNotThereUnlessExposed() throws Exception {
		try (Shop shop = Shop.open("management.endpoints.web.exposure.include=health")) {
			assertThat(get(shop.board()).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void pointsToWhereLocksAreReleasedRelativeToItself() throws Exception {
		try (Shop shop = Shop.open("management.endpoints.web.exposure.include=*",
				"management.endpoint.distributedlocks.access=unrestricted", "server.servlet.context-path=/shop",
				"management.endpoints.web.path-mapping.distributedlockboard=board/of/locks",
				"management.endpoints.web.path-mapping.distributedlocks=locks/all")) {
			URI board = URI.create("http://127.0.0.1:" + shop.port() + "/shop/actuator/board/of/locks");
			String path = get(board.toString()).body().replaceAll("(?s).*data-release=\"([^\"]*)\".*", "$1");
			assertThat(board.resolve(path)).hasPath("/shop/actuator/locks/all/");
		}
	}

	private static HttpResponse<String> get(String address) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(20)).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

}
