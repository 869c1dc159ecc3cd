package io.distributedlock.autoconfigure.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.distributedlock.engine.LockEngine;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with a real server whose locks are in memory, and a client of it.
 */
final class RunningApplication implements AutoCloseable {

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

	private final ConfigurableApplicationContext context;

	private final String port;

	/**
	 * Starts an application without security.
	 * @param type which server: Tomcat for servlets, else Netty
	 * @param properties its properties
	 * @return the running application
	 */
	static RunningApplication start(WebApplicationType type, String... properties) {
		return new RunningApplication(Unsecured.class, type, "local.server.port", properties);
	}

	/**
	 * Starts an application whose endpoints are on a port of their own.
	 * @param type which server: Tomcat for servlets, else Netty
	 * @param properties its properties
	 * @return the running application
	 */
	static RunningApplication startWithManagementPort(WebApplicationType type, String... properties) {
		return new RunningApplication(Unsecured.class, type, "local.management.port",
				Stream
					.concat(Stream.of("management.server.port=0", "management.server.address=127.0.0.1"),
							Stream.of(properties))
					.toArray(String[]::new));
	}

	RunningApplication(Class<?> application, WebApplicationType type, String port, String... properties) {
		this.context = new SpringApplicationBuilder(application).web(type)
			.properties("spring.application.name=shop", "server.port=0", "server.address=127.0.0.1",
					"distributed-lock.provider=memory", "distributed-lock.node-id=shop@host:4711-9f3c",
					"spring.main.banner-mode=off", "spring.flyway.enabled=false", "spring.liquibase.enabled=false",
					"spring.autoconfigure.exclude=" + DataSourceAutoConfiguration.class.getName())
			.properties(properties)
			.run();
		this.port = this.context.getEnvironment().getProperty(port, "");
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	LockEngine locks() {
		return this.context.getBean(LockEngine.class);
	}

	HttpResponse<String> get(String rawPath) {
		return send("GET", rawPath);
	}

	HttpResponse<String> delete(String rawPath) {
		return send("DELETE", rawPath);
	}

	HttpResponse<String> send(String method, String rawPath) {
		return send(method, rawPath, (request) -> {
		});
	}

	HttpResponse<String> send(String method, String rawPath, Consumer<HttpRequest.Builder> change) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + rawPath))
			.timeout(PATIENCE)
			.method(method, HttpRequest.BodyPublishers.noBody());
		change.accept(request);
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			exclude = { DataRedisAutoConfiguration.class, DataRedisReactiveAutoConfiguration.class,
					TomcatReactiveWebServerAutoConfiguration.class },
			excludeName = { SECURITY + "actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
					SECURITY + "actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
					SECURITY + "web.reactive.ReactiveWebSecurityAutoConfiguration",
					SECURITY + "web.servlet.SecurityFilterAutoConfiguration",
					SECURITY + "web.servlet.ServletWebSecurityAutoConfiguration",
					"org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration" })
	static class Unsecured {

	}

}
