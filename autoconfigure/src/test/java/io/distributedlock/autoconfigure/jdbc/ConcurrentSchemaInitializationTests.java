package io.distributedlock.autoconfigure.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that start at the same time on an empty PostgreSQL database.
 */
@Timeout(120)
class ConcurrentSchemaInitializationTests {

	private static final int NODES = 8;

	private final ExecutorService nodes = Executors.newFixedThreadPool(NODES);

	private final PostgresDatabase database = PostgresDatabase.create();

	private final List<SingleConnectionDataSource> connections = new ArrayList<>();

	private final CyclicBarrier start = new CyclicBarrier(NODES);

	@AfterEach
	void stop() {
		this.nodes.shutdownNow();
		this.connections.forEach(SingleConnectionDataSource::destroy);
	}

	@RepeatedTest(10)
	void noneFails() throws Exception {
		List<Future<Boolean>> initialized = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			LockSchemaInitializer node = node();
			Callable<Boolean> initialize = () -> {
				this.start.await();
				return node.initializeDatabase();
			};
			initialized.add(this.nodes.submit(initialize));
		}
		for (Future<Boolean> result : initialized) {
			assertThat(result.get(60, TimeUnit.SECONDS)).isTrue();
		}
	}

	/** Connects now, so that the nodes create the tables at the same moment. */
	private LockSchemaInitializer node() {
		JdbcLockProperties properties = new JdbcLockProperties();
		properties.setInitializeSchema(DatabaseInitializationMode.ALWAYS);
		SingleConnectionDataSource connected = new SingleConnectionDataSource(this.database.url(), "postgres", "",
				true);
		this.connections.add(connected);
		return new LockSchemaInitializer(connected, properties);
	}

}
