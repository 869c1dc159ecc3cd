package io.distributedlock.autoconfigure.transaction;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockListener;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.Release;
import io.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** When locks that have to do with transactions are given back. */
@Timeout(60)
class ReleaseAfterTransactionTests {

	private static final LockRequest ORDER = LockRequest.of("order");

	@ParameterizedTest
	@EnumSource
	void lockIsTakenBeforeTheMethodsOwnTransactionAndGivenBackAfterItsCommit(Manager manager) {
		run(manager, (shop, till) -> {
			till.pay(shop, 1);

			assertThat(till.events()).containsExactly("in transaction", "committed", "released order");
			assertThat(shop.payments()).containsExactly(1);
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockOfAMethodCalledInATransactionIsGivenBackAfterItsCommit(Manager manager) {
		run(manager, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				till.pay(shop, 1);
				till.events().add("returned");
				assertThat(shop.isHeld("order")).isTrue();
			});

			assertThat(till.events()).containsExactly("in transaction", "returned", "committed", "released order");
			assertThat(shop.isHeld("order")).isFalse();
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockOfAMethodCalledInATransactionIsGivenBackAfterItsRollback(Manager manager) {
		run(manager, (shop, till) -> {
			assertThatIllegalStateException().isThrownBy(() -> shop.transaction().executeWithoutResult((status) -> {
				till.pay(shop, 1);
				throw new IllegalStateException("of the user");
			})).withMessage("of the user");

			assertThat(till.events()).containsExactly("in transaction", "rolled back", "released order");
			assertThat(shop.payments()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockIsGivenBackAfterATransactionThatIsOnlyToBeRolledBack(Manager manager) {
		run(manager, (shop, till) -> {
			assertThatExceptionOfType(UnexpectedRollbackException.class)
				.isThrownBy(() -> shop.transaction().executeWithoutResult((status) -> {
					assertThatIllegalStateException().isThrownBy(() -> till.fail(shop));
					assertThat(shop.isHeld("order")).isTrue();
				}));

			assertThat(till.events()).containsExactly("rolled back", "released order");
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockIsGivenBackAfterACommitThatFails(Manager manager) {
		run(manager, (shop, till) -> {
			assertThatIllegalStateException().isThrownBy(() -> shop.transaction().executeWithoutResult((status) -> {
				till.pay(shop, 1);
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						throw new IllegalStateException("no commit");
					}

				});
			})).withMessage("no commit");

			assertThat(shop.isHeld("order")).isFalse();
			assertThat(shop.payments()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockIsStillHeldWhileListenersToTheCommitRun(Manager manager) {
		run(manager, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				till.pay(shop, 1);
				shop.publish(new Paid(shop));
			});

			assertThat(till.events()).containsExactly("in transaction", "committed", "listener: held",
					"released order");
		});
	}

	@ParameterizedTest
	@EnumSource
	void methodWithANewTransactionGivesItsLockBackAfterThatOne(Manager manager) {
		run(manager, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				till.payInNewTransaction(shop, 1);
				assertThat(shop.isHeld("order")).isFalse();
				till.events().add("returned");
			});

			assertThat(till.events()).containsExactly("committed", "released order", "returned");
		});
	}

	@Test
	void methodOutsideTransactionsGivesItsLockBackWhenItEnds() {
		run(Manager.JDBC, (shop, till) -> shop.transaction().executeWithoutResult((status) -> {
			till.withoutTransaction();
			assertThat(shop.isHeld("order")).isFalse();
		}));
	}

	@ParameterizedTest
	@EnumSource
	void closureWaitsForTheTransactionOfItsCaller(Manager manager) {
		run(manager, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				shop.locks.run(ORDER, () -> shop.pay(1));
				assertThat(shop.isHeld("order")).isTrue();
				assertThat(LockContext.current()).isEmpty();
			});

			assertThat(shop.isHeld("order")).isFalse();
		});
	}

	@Test
	void closureThatHasATransactionOfItsOwnNeedNotWait() {
		run(Manager.JDBC, (shop, till) -> shop.transaction().executeWithoutResult((status) -> {
			shop.locks.run(ORDER.withRelease(Release.AFTER_WORK),
					() -> shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
						.executeWithoutResult((own) -> shop.pay(1)));
			assertThat(shop.isHeld("order")).isFalse();
		}));
	}

	@Test
	void leaseThatTheCallerClosesIsGivenBackAtOnce() {
		run(Manager.JDBC, (shop, till) -> shop.transaction().executeWithoutResult((status) -> {
			shop.locks.acquire(ORDER).close();
			assertThat(shop.isHeld("order")).isFalse();
		}));
	}

	@Test
	void lockTakenInANestedTransactionWaitsForTheOuterOne() {
		run(Manager.JDBC, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				shop.transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult((nested) -> {
					shop.locks.run(ORDER, () -> shop.pay(1));
					nested.setRollbackOnly();
				});
				assertThat(shop.isHeld("order")).isTrue();
				shop.pay(2);
			});

			assertThat(shop.payments()).containsExactly(2);
			assertThat(shop.isHeld("order")).isFalse();
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockWaitsForItsOwnTransactionWhileThatIsSuspended(Manager manager) {
		run(manager, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				shop.locks.run(ORDER, () -> shop.pay(1));
				shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
					.executeWithoutResult((other) -> shop.pay(2));
				assertThat(shop.isHeld("order")).isTrue();
			});

			assertThat(shop.isHeld("order")).isFalse();
			assertThat(shop.payments()).containsExactly(1, 2);
		});
	}

	@Test
	void sameLockInTheSameTransactionJoinsTheLeaseThatWaits() {
		run(Manager.JDBC, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> {
				long first = token(shop);
				long second = token(shop);
				long inNewTransaction = shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
					.execute((other) -> token(shop));
				assertThat(List.of(second, inNewTransaction)).containsOnly(first);
			});

			assertThat(till.events()).containsExactly("released order");
		});
	}

	@Test
	void afterTheTransactionTheLockIsTakenAnew() {
		run(Manager.JDBC, (shop, till) -> {
			long first = shop.transaction().execute((status) -> token(shop));

			assertThat(token(shop)).isGreaterThan(first);
		});
	}

	@Test
	void leaseThatTheCallerClosesNeverJoins() {
		run(Manager.JDBC, (shop, till) -> shop.transaction().executeWithoutResult((status) -> {
			shop.locks.run(ORDER, () -> {
			});
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> shop.locks.acquire(ORDER));
		}));
	}

	@Test
	void otherThreadDoesNotJoin() {
		run(Manager.JDBC, (shop, till) -> shop.transaction().executeWithoutResult((status) -> {
			shop.locks.run(ORDER, () -> {
			});
			boolean[] ran = { true };
			Thread other = new Thread(() -> ran[0] = shop.locks.tryRun(ORDER, () -> {
			}));
			other.start();
			try {
				other.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			assertThat(ran[0]).isFalse();
		}));
	}

	@Test
	void withoutTransactionNothingWaits() {
		run(Manager.JDBC, (shop, till) -> {
			TransactionSynchronizationManager.initSynchronization();
			try {
				shop.locks.run(ORDER, () -> {
				});
				assertThat(shop.isHeld("order")).isFalse();
			}
			finally {
				TransactionSynchronizationManager.clear();
			}
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockTakenByAListenerToTheCommitIsGivenBackWhenItsWorkEnds(Manager manager) {
		run(manager, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> shop.publish((Runnable) () -> {
				shop.locks.run(ORDER, () -> till.events().add("locked"));
				assertThat(shop.isHeld("order")).isFalse();
			}));

			assertThat(till.events()).containsExactly("locked", "released order");
		});
	}

	@ParameterizedTest
	@EnumSource
	void lockTakenAtAnyMomentOfTheCompletionIsGivenBack(Manager manager) {
		run(manager, (shop, till) -> {
			for (boolean rollback : new boolean[] { false, true }) {
				shop.transaction().executeWithoutResult((status) -> {
					TransactionSynchronizationManager.registerSynchronization(new LocksAtEachStep(shop));
					if (rollback) {
						status.setRollbackOnly();
					}
				});
				assertThat(List.of("beforeCommit", "beforeCompletion", "afterCommit", "afterCompletion"))
					.noneMatch(shop::isHeld);
			}
			assertThat(till.events()).hasSize(6);
		});
	}

	@Test
	void newTransactionOfAListenerToTheCommitKeepsItsLock() {
		run(Manager.JDBC, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> shop.publish((Runnable) () -> {
				shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((other) -> {
					shop.locks.run(ORDER, () -> shop.pay(1));
					assertThat(shop.isHeld("order")).isTrue();
				});
				assertThat(shop.isHeld("order")).isFalse();
			}));

			assertThat(shop.payments()).containsExactly(1);
		});
	}

	private static long token(Shop shop) {
		return shop.locks.call(ORDER, () -> LockContext.current().map(Lease::fencingToken).orElseThrow());
	}

	private static void run(Manager manager, InShop test) {
		ApplicationContextRunner runner = Shop.runner(manager).withUserConfiguration(WithTill.class);
		Shop.run(runner, (shop) -> test.run(shop, shop.get(Till.class)));
	}

	private interface InShop {

		void run(Shop shop, Till till);

	}

	record Paid(Shop shop) {
	}

	@Configuration(proxyBeanMethods = false)
	static class WithTill {

		private final List<String> events = new CopyOnWriteArrayList<>();

		@Bean
		Till till() {
			return new Till(this.events);
		}

		@Bean
		LockListener releases() {
			return Shop.releasesNotedIn(this.events);
		}

	}

	static class Till {

		private final List<String> events;

		Till(List<String> events) {
			this.events = events;
		}

		List<String> events() {
			return this.events;
		}

		@DistributedLock("order")
		@Transactional
		public void pay(Shop shop, int id) {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
			this.events.add("in transaction");
			noteEnd();
			shop.pay(id);
		}

		@DistributedLock("order")
		@Transactional
		public void fail(Shop shop) {
			noteEnd();
			throw new IllegalStateException();
		}

		@DistributedLock("order")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void payInNewTransaction(Shop shop, int id) {
			noteEnd();
			shop.pay(id);
		}

		@DistributedLock("order")
		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		public void withoutTransaction() {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isFalse();
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
		void paid(Paid paid) {
			this.events.add("listener: " + (paid.shop().isHeld("order") ? "held" : "free"));
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
		void afterCommit(Runnable action) {
			action.run();
		}

		private void noteEnd() {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int status) {
					Till.this.events.add((status == STATUS_COMMITTED) ? "committed" : "rolled back");
				}

			});
		}

	}

	/** Takes a lock of its own at each step of a transaction's end. */
	private record LocksAtEachStep(Shop shop) implements TransactionSynchronization {

		@Override
		public void beforeCommit(boolean readOnly) {
			lock("beforeCommit");
		}

		@Override
		public void beforeCompletion() {
			lock("beforeCompletion");
		}

		@Override
		public void afterCommit() {
			lock("afterCommit");
		}

		@Override
		public void afterCompletion(int status) {
			lock("afterCompletion");
		}

		private void lock(String key) {
			this.shop.locks.run(LockRequest.of(key), () -> {
			});
		}

	}

}
