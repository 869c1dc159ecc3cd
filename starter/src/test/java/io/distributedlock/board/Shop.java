package io.distributedlock.board;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import io.distributedlock.DistributedLocks;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with the page, on a free port.
 */
final class Shop implements AutoCloseable {

	static final String[] FORCE_RELEASE = {
			"management.endpoints.web.exposure.include=distributedlockboard,distributedlocks",
			"management.endpoint.distributedlocks.access=unrestricted" };

	private final ConfigurableApplicationContext context;

	private Shop(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Shop open(String... properties) {
		return open(new Class<?>[0], properties);
	}

	static Shop open(Class<?>[] more, String... properties) {
		Class<?>[] sources = Stream.concat(Stream.of(Configured.class), Arrays.stream(more)).toArray(Class<?>[]::new);
		SpringApplication application = new SpringApplication(sources);
		application.setDefaultProperties(Map.of("server.address", "127.0.0.1", "server.port", "0",
				"management.endpoints.web.exposure.include", "distributedlockboard", "distributed-lock.provider",
				"memory", "distributed-lock.node-id", "shop@here:1-0001", "spring.main.banner-mode", "off"));
		return new Shop(
				application.run(Arrays.stream(properties).map((property) -> "--" + property).toArray(String[]::new)));
	}

	DistributedLocks locks() {
		return this.context.getBean(DistributedLocks.class);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	String board() {
		return "http://127.0.0.1:" + port() + "/actuator/distributedlockboard";
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Configured {

	}

}
