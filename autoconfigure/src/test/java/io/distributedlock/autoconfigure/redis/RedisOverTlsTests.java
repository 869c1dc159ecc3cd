package io.distributedlock.autoconfigure.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks on a server that speaks TLS alone, with a certificate that only the application's
 * bundle trusts.
 */
@Timeout(120)
class RedisOverTlsTests {

	private static final String PASSWORD = "throw-away";

	@TempDir
	static Path folder;

	private static TestRedis server;

	@BeforeAll
	static void start() throws Exception {
		createCertificate();
		server = TestRedis.withTls("tls-cert-file " + folder.resolve("redis.crt"),
				"tls-key-file " + folder.resolve("redis.key"), "tls-ca-cert-file " + folder.resolve("redis.crt"),
				"tls-auth-clients no");
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void locksWithTheCertificatesOfTheApplication(String client) {
		LockRequest order = LockRequest.of("order:" + UUID.randomUUID());
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class,
					DistributedLockAutoConfiguration.class, RedisLockAutoConfiguration.class))
			.withPropertyValues(server.property(), "spring.data.redis.client-type=" + client,
					"spring.data.redis.ssl.bundle=redis",
					"spring.ssl.bundle.pem.redis.truststore.certificate=file:" + folder.resolve("redis.crt"))
			.run((context) -> {
				DistributedLocks locks = context.getBean(DistributedLocks.class);
				locks.run(order, () -> assertThat(locks.find(order.key())).isPresent());
			});
	}

	private static void createCertificate() throws Exception {
		Path store = folder.resolve("redis.p12");
		Process keytool = new ProcessBuilder(
				Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()),
						List.of("-genkeypair", "-alias", "redis", "-keyalg", "RSA", "-keysize", "2048", "-validity",
								"2", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1", "-storetype",
								"PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
							.stream())
					.toList())
			.inheritIO()
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream content = Files.newInputStream(store)) {
			keys.load(content, PASSWORD.toCharArray());
		}
		writePem("redis.crt", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
		writePem("redis.key", "PRIVATE KEY", keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
	}

	private static void writePem(String file, String type, byte[] content) throws IOException {
		Files.writeString(folder.resolve(file), "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type,
				Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content), type));
	}

}
