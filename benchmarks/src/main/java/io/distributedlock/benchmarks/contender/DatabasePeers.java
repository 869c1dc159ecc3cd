package io.distributedlock.benchmarks.contender;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;

/**
 * Those on a database, all through one pool.
 */
public final class DatabasePeers implements Peers {

	private static final int POOL_SIZE = 4;

	private final DatabaseServer server;

	private final HikariDataSource pool;

	private final OwnEngine engine;

	private final List<TwoNodes> all;

	/**
	 * Starts a database and creates everybody's tables.
	 * @param kind the kind of database
	 */
	public DatabasePeers(DatabaseKind kind) {
		this.server = kind.start();
		this.pool = this.server.address().pool(POOL_SIZE);
		OwnStore store = new OwnStore("our store", LockTable.create(this.pool, kind).store());
		this.engine = OwnEngine.on("jdbc", store.store());
		ShedLock shedLock = ShedLock.on(this.pool);
		SpringIntegration.createTables(this.pool, kind.platform());
		this.all = List.of(new TwoNodes(store, store), new TwoNodes(new SameStatements(this.pool), store),
				new TwoNodes(this.engine, store), new TwoNodes(shedLock, shedLock),
				new TwoNodes(SpringIntegration.node(this.pool), SpringIntegration.node(this.pool)));
	}

	@Override
	public List<TwoNodes> all() {
		return this.all;
	}

	@Override
	public void close() {
		this.engine.close();
		this.pool.close();
		this.server.close();
	}

}
