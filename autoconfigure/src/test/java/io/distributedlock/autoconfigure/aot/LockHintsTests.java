package io.distributedlock.autoconfigure.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.annotation.DistributedLock;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.tomcat.jdbc.pool.PoolConfiguration;
import org.apache.tomcat.jdbc.pool.PoolProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.Advised;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.BeanUtils;
import org.springframework.core.DecoratingProxy;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image would be told. None was ever built: this says that nothing is
 * forgotten of what we know it would need.
 */
class LockHintsTests {

	private static final String ROOT = "io/distributedlock/";

	private static final Pattern LOOKED_FOR = Pattern.compile("isPresent\\(\\s*\"([\\w.$]+)\"");

	private static final RuntimeHints hints = new ProcessedApplication(Nightly.class,
			"spring.aop.proxy-target-class=false")
		.hints();

	@Test
	void includesEachOfOurFiles() throws IOException {
		assertThat(new PathMatchingResourcePatternResolver().getResources("classpath*:" + ROOT + "**/*.*"))
			.extracting(LockHintsTests::url)
			.filteredOn((url) -> !url.endsWith(ClassUtils.CLASS_FILE_SUFFIX) && !url.contains("/test-classes/"))
			.extracting((url) -> url.substring(url.lastIndexOf(ROOT)))
			.contains("io/distributedlock/jdbc/schema-h2.sql", "io/distributedlock/redis/acquire.lua")
			.allSatisfy((file) -> assertThat(RuntimeHintsPredicates.resource().forResource(file)).accepts(hints));
	}

	@ParameterizedTest
	@ValueSource(strings = { "core", "spring", "providers/jdbc", "providers/redis", "autoconfigure" })
	void findsEachClassThatIsLookedForByName(String module) throws IOException {
		try (Stream<Path> sources = Files.walk(Path.of("..").resolve(module).resolve("src/main/java"))) {
			assertThat(sources.filter((file) -> file.toString().endsWith(".java"))
				.flatMap(LockHintsTests::classesLookedFor))
				.allSatisfy((name) -> assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name)))
					.accepts(hints));
		}
	}

	@Test
	void readsAndWritesTheSettingsOfHikari() {
		assertThat(HikariConfig.class.getDeclaredFields())
			.filteredOn((field) -> !Modifier.isStatic(field.getModifiers()))
			.isNotEmpty()
			.allSatisfy((field) -> assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(field)).accepts(hints));
	}

	@Test
	void readsAndWritesTheSettingsOfTomcatsPool() {
		assertThat(Stream.of(PoolConfiguration.class, PoolProperties.class)
			.flatMap((type) -> Arrays.stream(BeanUtils.getPropertyDescriptors(type)))
			.flatMap((property) -> Stream.of(property.getReadMethod(), property.getWriteMethod()))
			.filter(Objects::nonNull)
			.filter((method) -> method.getDeclaringClass() != Object.class)).isNotEmpty()
			.allSatisfy((method) -> assertThat(invocationOf(method)).accepts(hints));
	}

	@ParameterizedTest
	@ValueSource(
			classes = { HikariDataSource.class, org.apache.tomcat.jdbc.pool.DataSource.class, BasicDataSource.class })
	void asksAPoolForItsUrl(Class<? extends DataSource> pool) {
		assertThat(Stream.of("getJdbcUrl", "getUrl")
			.map((getter) -> ClassUtils.getMethodIfAvailable(pool, getter))
			.filter(Objects::nonNull)).isNotEmpty()
			.allSatisfy((method) -> assertThat(invocationOf(method)).accepts(hints));
	}

	@ParameterizedTest
	@ValueSource(classes = { LettuceConnectionFactory.class, JedisConnectionFactory.class })
	void readsTheServerOfAConnectionFactory(Class<? extends RedisConnectionFactory> factory) {
		assertThat(factory.getDeclaredFields())
			.filteredOn((field) -> RedisConfiguration.class.isAssignableFrom(field.getType()))
			.extracting("name")
			.contains("configuration")
			.allSatisfy((field) -> assertThat(
					RuntimeHintsPredicates.reflection().onFieldAccess(factory, String.valueOf(field)))
				.accepts(hints));
	}

	@Test
	void knowsTheProxiesOfInterfaces() {
		assertThat(RuntimeHintsPredicates.proxies()
			.forInterfaces(Runnable.class, SpringProxy.class, Advised.class, DecoratingProxy.class)).accepts(hints);
	}

	private static Predicate<RuntimeHints> invocationOf(Method method) {
		return RuntimeHintsPredicates.reflection().onMethodInvocation(method);
	}

	private static String url(Resource resource) {
		try {
			return resource.getURL().toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> classesLookedFor(Path source) {
		try {
			List<MatchResult> found = LOOKED_FOR.matcher(Files.readString(source)).results().toList();
			return found.stream().map((match) -> match.group(1));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static class Nightly implements Runnable {

		@Override
		@DistributedLock
		public void run() {
			// nothing to do
		}

	}

}
