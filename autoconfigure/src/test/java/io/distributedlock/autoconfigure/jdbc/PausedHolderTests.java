package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.Renewal;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockTransactionAutoConfiguration;
import io.distributedlock.autoconfigure.fencing.FencingAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes draw numbered tickets, each under the lock and in a transaction. Holders
 * pause, often for longer than their lease lasts, and also between the last check and the
 * commit, where no check can help. On a real PostgreSQL.
 */
@Timeout(180)
@Isolated
class PausedHolderTests {

	private static final int ROUNDS = 200;

	private static final Duration TTL = Duration.ofMillis(100);

	private static final LockRequest TICKET = LockRequest.of("ticket")
		.withTtl(TTL)
		.withRenewal(Renewal.NONE)
		.withWaitTime(Duration.ofSeconds(20));

	private final PostgresDatabase database = PostgresDatabase.create();

	private final long seed = System.nanoTime();

	@Test
	void holderThatPausesBeyondItsLeaseNeverCommits() {
		Count count = count(Isolation.READ_COMMITTED, "distributed-lock.transactions.guard=true");

		assertThat(count.duplicates()).as("seed %d: %s", this.seed, count).isZero();
		assertThat(count.lost()).as("holders that found out, seed %d", this.seed).isPositive();
		assertThat(count.committed()).as("seed %d", this.seed).isPositive();
	}

	@Test
	void withoutTheGuardItDoes() {
		Count count = count(Isolation.READ_COMMITTED, "distributed-lock.transactions.guard=false");

		assertThat(count.duplicates()).as("seed %d: %s", this.seed, count).isPositive();
	}

	@Test
	void holderWithASnapshotNeverCommitsAfterAnotherOneIfThereIsAFenceTable() {
		Count count = count(Isolation.REPEATABLE_READ, "distributed-lock.fencing.initialize-schema=always");

		assertThat(count.duplicates()).as("seed %d: %s", this.seed, count).isZero();
		assertThat(count.committed()).as("seed %d", this.seed).isPositive();
	}

	@Test
	void withoutFenceTableItMay() {
		Count count = count(Isolation.REPEATABLE_READ, "distributed-lock.fencing.initialize-schema=never");

		assertThat(count.duplicates()).as("seed %d: %s", this.seed, count).isPositive();
	}

	private Count count(Isolation isolation, String property) {
		System.out.println("PausedHolderTests seed " + this.seed);
		this.database.outside().execute("create table ticket (number int not null)");
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DistributedLockAutoConfiguration.class, LockTransactionAutoConfiguration.class,
					FencingAutoConfiguration.class, JdbcLockAutoConfiguration.class))
			.withPropertyValues(this.database.properties())
			.withPropertyValues(property)
			.withUserConfiguration(WithTransactions.class);
		List<Node> nodes = new ArrayList<>();
		runner.run((one) -> runner.run((other) -> {
			ExecutorService threads = Executors.newFixedThreadPool(2);
			try {
				List<Future<Node>> running = new ArrayList<>();
				for (ApplicationContext context : List.of(one, other)) {
					Node node = new Node(context, isolation, new Random(this.seed + running.size()));
					running.add(threads.submit(() -> node.count(ROUNDS)));
				}
				for (Future<Node> node : running) {
					nodes.add(result(node));
				}
			}
			finally {
				threads.shutdownNow();
			}
		}));
		assertThat(nodes).hasSize(2);
		Count count = new Count(tickets("count(*) - count(distinct number)"),
				nodes.stream().mapToInt((node) -> node.committed).sum(),
				nodes.stream().mapToInt((node) -> node.lost).sum(),
				nodes.stream().mapToInt((node) -> node.overtaken).sum());
		assertThat(tickets("count(*)")).isEqualTo(count.committed());
		System.out.println("PausedHolderTests " + isolation + " " + property + ": " + count);
		return count;
	}

	private int tickets(String what) {
		Integer number = this.database.outside().queryForObject("select " + what + " from ticket", Integer.class);
		return (number != null) ? number : -1;
	}

	private static Node result(Future<Node> node) throws InterruptedException, TimeoutException {
		try {
			return node.get(150, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new AssertionError(ex.getCause());
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class WithTransactions {

		@Bean
		JdbcTransactionManager transactionManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	/**
	 * What became of the rounds.
	 *
	 * @param duplicates tickets whose number another one has
	 * @param committed tickets
	 * @param lost holders whose transaction was rolled back because their lease was lost
	 * @param overtaken holders whose transaction was rolled back by the database
	 */
	record Count(int duplicates, int committed, int lost, int overtaken) {
	}

	private static final class Node {

		private final DistributedLocks locks;

		private final JdbcTemplate jdbc;

		private final TransactionTemplate transaction;

		private final Random random;

		private int committed;

		private int lost;

		private int overtaken;

		Node(ApplicationContext context, Isolation isolation, Random random) {
			this.locks = context.getBean(DistributedLocks.class);
			this.jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			this.random = random;
			JdbcTransactionManager manager = context.getBean(JdbcTransactionManager.class);
			manager.addListener(new TransactionExecutionListener() {

				@Override
				public void beforeCommit(TransactionExecution transaction) {
					pause();
				}

			});
			this.transaction = new TransactionTemplate(manager);
			this.transaction.setIsolationLevel(isolation.value());
		}

		Node count(int rounds) {
			for (int round = 0; round < rounds; round++) {
				boolean[] committed = new boolean[1];
				try {
					this.locks.run(TICKET, () -> {
						this.transaction.executeWithoutResult((status) -> drawTicket());
						committed[0] = true;
					});
				}
				catch (LeaseLostException ex) {
					this.lost++;
				}
				catch (ConcurrencyFailureException | StaleFencingTokenException ex) {
					this.overtaken++;
				}
				catch (LockStoreException ex) {
					// the machine was too busy for so short a ttl
					assertThat(ex).hasMessageContaining("longer than its ttl");
				}
				if (committed[0]) {
					this.committed++;
				}
			}
			return this;
		}

		private void drawTicket() {
			Integer last = this.jdbc.queryForObject("select coalesce(max(number), 0) from ticket", Integer.class);
			pause();
			this.jdbc.update("insert into ticket values (?)", ((last != null) ? last : 0) + 1);
		}

		private void pause() {
			try {
				Thread.sleep((this.random.nextInt(4) == 0) ? this.random.nextInt((int) TTL.toMillis() * 2) : 0);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
