package io.distributedlock.benchmarks.contender;

import java.util.Optional;
import java.util.concurrent.locks.Lock;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Spring Integration's lock registry. A registry is one node.
 *
 * @param registry the registry
 * @param end ends its threads
 */
public record SpringIntegration(LockRegistry<?> registry, Runnable end) implements WaitingPeer, AutoCloseable {

	/**
	 * Creates Spring Integration's tables.
	 * @param dataSource where
	 * @param platform the name of its schema script
	 */
	public static void createTables(DataSource dataSource, String platform) {
		String script = "org/springframework/integration/jdbc/schema-%s.sql".formatted(platform);
		new ResourceDatabasePopulator(new ClassPathResource(script)).execute(dataSource);
	}

	/**
	 * Creates a registry on a database.
	 * @param dataSource where the tables are
	 * @return the registry
	 */
	public static SpringIntegration node(DataSource dataSource) {
		DefaultLockRepository repository = new DefaultLockRepository(dataSource);
		repository.setTransactionManager(new DataSourceTransactionManager(dataSource));
		repository.afterPropertiesSet();
		repository.afterSingletonsInstantiated();
		repository.start();
		return new SpringIntegration(new JdbcLockRegistry(repository, OwnStore.TTL), repository::stop);
	}

	/**
	 * Creates a registry on Redis that polls, as it does unless told otherwise.
	 * @param connections where
	 * @return the registry, to be closed
	 */
	public static SpringIntegration polling(RedisConnectionFactory connections) {
		return on(connections, RedisLockType.SPIN_LOCK);
	}

	/**
	 * Creates a registry on Redis that is told of releases.
	 * @param connections where
	 * @return the registry, to be closed
	 */
	public static SpringIntegration listening(RedisConnectionFactory connections) {
		return on(connections, RedisLockType.PUB_SUB_LOCK);
	}

	private static SpringIntegration on(RedisConnectionFactory connections, RedisLockType type) {
		RedisLockRegistry registry = new RedisLockRegistry(connections, "spring-integration", OwnStore.TTL);
		registry.setRedisLockType(type);
		return new SpringIntegration(registry, registry::destroy);
	}

	@Override
	public String name() {
		return "Spring Integration";
	}

	@Override
	public Optional<Release> tryAcquire(String key) {
		Lock lock = this.registry.obtain(key);
		return lock.tryLock() ? Optional.of(lock::unlock) : Optional.empty();
	}

	@Override
	public Runnable acquire(String key) {
		Lock lock = this.registry.obtain(key);
		lock.lock();
		return lock::unlock;
	}

	@Override
	public void close() {
		this.end.run();
	}

}
