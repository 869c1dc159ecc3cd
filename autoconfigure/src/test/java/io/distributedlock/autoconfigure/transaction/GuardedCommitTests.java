package io.distributedlock.autoconfigure.transaction;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.engine.GrantedLease;
import io.distributedlock.engine.TransactionOutcome;
import io.distributedlock.transaction.GuardedCommits;
import io.distributedlock.transaction.LeaseGuard;
import io.distributedlock.transaction.LeaseHold;
import io.distributedlock.transaction.StaleSnapshotException;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FlushModeType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A transaction under a lock is committed only while the lease is held. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class GuardedCommitTests {

	private static final LockRequest ORDER = LockRequest.of("order");

	@ParameterizedTest
	@EnumSource
	void transactionOfAnAnnotatedMethodIsRolledBackIfTheLeaseIsLost(Manager manager) {
		run(manager, (shop, till) -> {
			assertRolledBack(() -> till.payAndLose(shop, 1), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void transactionBegunUnderTheLockIsRolledBackIfTheLeaseIsLost(Manager manager) {
		run(manager, (shop, till) -> {
			assertRolledBack(() -> shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((status) -> {
				shop.pay(1);
				lose(shop, "order");
			})), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void transactionInWhichTheLockWasTakenIsRolledBackIfTheLeaseIsLostAfterTheMethodEnded(Manager manager) {
		run(manager, (shop, till) -> {
			assertRolledBack(() -> shop.transaction().executeWithoutResult((status) -> {
				till.pay(shop, 1);
				lose(shop, "order");
			}), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void newTransactionOfANestedBeanIsRolledBackIfTheLeaseIsLost(Manager manager) {
		run(manager, (shop, till) -> {
			assertRolledBack(() -> shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((outer) -> {
				shop.pay(1);
				shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((inner) -> {
					shop.pay(2);
					lose(shop, "order");
				});
			})), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void newTransactionInTheTransactionThatKeepsTheLeaseIsRolledBackToo() {
		run(Manager.JDBC, (shop, till) -> {
			assertRolledBack(() -> shop.transaction().executeWithoutResult((outer) -> {
				shop.locks.run(ORDER, () -> shop.pay(1));
				shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((inner) -> {
					shop.pay(2);
					lose(shop, "order");
				});
			}), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void savepointIsNoCommit() {
		run(Manager.JDBC, (shop, till) -> {
			assertRolledBack(() -> shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((outer) -> {
				shop.transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult((inner) -> {
					shop.pay(2);
					lose(shop, "order");
				});
				shop.pay(3);
			})), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void oneOfTwoLostLeasesIsEnough() {
		for (String lost : List.of("order", "stock")) {
			run(Manager.JDBC, (shop, till) -> {
				assertRolledBack(() -> shop.locks.run(ORDER, () -> shop.locks.run(LockRequest.of("stock"),
						() -> shop.transaction().executeWithoutResult((tx) -> {
							shop.pay(1);
							lose(shop, lost);
						}))), LeaseLost.Reason.FORCE_RELEASED);
				assertThat(shop.payments()).isEmpty();
			});
		}
	}

	@Test
	void readOnlyTransactionIsCheckedToo() {
		run(Manager.JDBC,
				(shop, till) -> assertRolledBack(
						() -> shop.locks.run(ORDER,
								() -> shop
									.transaction(TransactionDefinition.PROPAGATION_REQUIRED,
											(tx) -> tx.setReadOnly(true))
									.executeWithoutResult((status) -> lose(shop, "order"))),
						LeaseLost.Reason.FORCE_RELEASED));
	}

	@Test
	void ignoredLossStillRollsBack() {
		run(Manager.JDBC, (shop, till) -> {
			assertRolledBack(() -> shop.locks.run(ORDER.withOnLeaseLost(OnLeaseLost.IGNORE),
					() -> shop.transaction().executeWithoutResult((status) -> {
						shop.pay(1);
						lose(shop, "order");
					})), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void exceptionOfTheUserComesFirst() {
		run(Manager.JDBC, (shop, till) -> assertThatIllegalStateException()
			.isThrownBy(() -> shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((status) -> {
				lose(shop, "order");
				throw new IllegalStateException("of the user");
			})))
			.withMessage("of the user")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.isInstanceOfSatisfying(LeaseLostException.class,
						(lost) -> assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.NO))));
	}

	@ParameterizedTest
	@EnumSource
	void lossAfterTheCommitIsNoFailure(Manager manager, CapturedOutput output) {
		run(manager, (shop, till) -> {
			shop.locks.run(ORDER, () -> {
				shop.transaction().executeWithoutResult((status) -> shop.pay(1));
				lose(shop, "order");
			});
			assertThat(shop.payments()).containsExactly(1);
			assertThat(output)
				.contains("was lost (FORCE_RELEASED) after the work's transaction was committed under it");
		});
	}

	@Test
	void transactionThatOnlyReadSaysNothingAboutTheWork() {
		run(Manager.JDBC, (shop, till) -> assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> shop.locks.run(ORDER, () -> {
				shop.transaction(TransactionDefinition.PROPAGATION_REQUIRED, (tx) -> tx.setReadOnly(true))
					.executeWithoutResult((status) -> shop.payments());
				lose(shop, "order");
			}))
			.satisfies((lost) -> assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.UNKNOWN)));
	}

	@Test
	void refusedTransactionTellsThatAnEarlierOneWasCommitted() {
		run(Manager.JDBC, (shop, till) -> {
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> shop.locks.run(ORDER, () -> {
				shop.transaction().executeWithoutResult((status) -> shop.pay(1));
				shop.transaction().executeWithoutResult((status) -> {
					shop.pay(2);
					lose(shop, "order");
				});
			})).satisfies((lost) -> assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.YES));
			assertThat(shop.payments()).containsExactly(1);
		});
	}

	@Test
	void failureOfThePersistenceContextIsTranslatedAsTheCommitDoes() {
		run(Manager.JPA, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> persist(shop, 7));
			assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> shop.locks.run(ORDER,
					() -> shop.transaction().executeWithoutResult((status) -> persist(shop, 7))));
		});
	}

	@Test
	void transactionExceptionOfAGuardRollsBackToo() {
		runWithGuard(Manager.JDBC, (shop, guard) -> {
			guard.atHold = () -> {
				throw new TransactionSystemException("of the guard");
			};
			assertThatIllegalStateException().isThrownBy(() -> shop.locks.run(ORDER,
					() -> shop.transaction().executeWithoutResult((status) -> shop.pay(1))));
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void lossOfWorkWithoutTransactionIsAFailureThatKnowsNothing() {
		run(Manager.JDBC,
				(shop, till) -> assertThatExceptionOfType(LeaseLostException.class)
					.isThrownBy(() -> shop.locks.run(ORDER, () -> lose(shop, "order")))
					.satisfies((lost) -> assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.UNKNOWN)));
	}

	@Test
	void withoutGuardNothingIsChecked() {
		Shop.run(Shop.runner(Manager.JDBC)
			.withUserConfiguration(WithTill.class)
			.withPropertyValues("distributed-lock.transactions.guard=false"), (shop) -> {
				assertThatExceptionOfType(LeaseLostException.class)
					.isThrownBy(() -> shop.get(Till.class).payAndLose(shop, 1))
					.satisfies((lost) -> assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.UNKNOWN));
				assertThat(shop.payments()).containsExactly(1);
			});
	}

	@Test
	void transactionsWithoutLockAreLeftAlone() {
		run(Manager.JDBC, (shop, till) -> {
			shop.transaction().executeWithoutResult((status) -> shop.pay(1));
			assertThat(shop.payments()).containsExactly(1);
		});
	}

	@Test
	void transactionThatOutlivesItsLockIsRolledBack() {
		run(Manager.JDBC, (shop, till) -> {
			PlatformTransactionManager manager = shop.get(PlatformTransactionManager.class);
			var status = shop.locks.call(ORDER, () -> {
				var begun = manager.getTransaction(null);
				shop.pay(1);
				return begun;
			});
			assertThatIllegalStateException().isThrownBy(() -> manager.commit(status))
				.withMessageContaining("Lock 'order' was given back before the transaction");
			assertThat(shop.payments()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void guardComesAfterListenersThatWriteBeforeTheCommit(Manager manager) {
		run(manager, (shop, till) -> {
			assertRolledBack(() -> shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((status) -> {
				shop.pay(1);
				shop.publish((Runnable) () -> lose(shop, "order"));
			})), LeaseLost.Reason.FORCE_RELEASED);
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void persistenceContextIsFlushedBeforeTheLeaseIsHeldToTheEnd() {
		runWithGuard(Manager.JPA, (shop, guard) -> {
			guard.atHold = () -> assertThat(shop.payments()).containsExactly(7);
			shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((status) -> persist(shop, 7)));
			assertThat(guard.holds).isEqualTo(1);
		});
	}

	@Test
	void persistenceContextThatTheUserFlushesIsLeftAlone() {
		runWithGuard(Manager.JPA, (shop, guard) -> {
			guard.atHold = () -> assertThat(shop.payments()).isEmpty();
			shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((status) -> {
				entityManager(shop).setFlushMode(FlushModeType.COMMIT);
				persist(shop, 7);
			}));
			assertThat(guard.holds).isEqualTo(1);
			assertThat(shop.payments()).containsExactly(7);
		});
	}

	@Test
	void leaseHeldToTheEndMayExpireDuringTheCommit() {
		runWithGuard(Manager.JDBC, (shop, guard) -> {
			guard.afterCompletion = () -> lose(shop, "order");
			shop.locks.run(ORDER, () -> shop.transaction().executeWithoutResult((status) -> shop.pay(1)));
			assertThat(shop.payments()).containsExactly(1);
		});
	}

	@Test
	void leaseThatIsOnlyCheckedLocallyMayHaveEndedDuringTheCommit() {
		run(Manager.JDBC, (shop, till) -> assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> shop.locks.run(ORDER, () -> {
				GrantedLease lease = (GrantedLease) LockContext.current().orElseThrow();
				shop.transaction().executeWithoutResult((status) -> shop.pay(1));
				lease.transactionEnded(TransactionOutcome.IN_DOUBT);
				lose(shop, "order");
			}))
			.satisfies((lost) -> assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.UNKNOWN)));
	}

	@Test
	void readOnlyTransactionIsNotHeld() {
		runWithGuard(Manager.JDBC, (shop, guard) -> {
			shop.locks.run(ORDER,
					() -> shop.transaction(TransactionDefinition.PROPAGATION_REQUIRED, (tx) -> tx.setReadOnly(true))
						.executeWithoutResult((status) -> {
						}));
			assertThat(guard.holds).isZero();
		});
	}

	@Test
	void failureOfTheGuardRollsBackAndIsNoLoss() {
		runWithGuard(Manager.JDBC, (shop, guard) -> {
			guard.atHold = () -> {
				throw new CannotAcquireLockException("try again");
			};
			assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> shop.locks.run(ORDER,
					() -> shop.transaction().executeWithoutResult((status) -> shop.pay(1))));
			assertThat(shop.payments()).isEmpty();
		});
	}

	@Test
	void transactionManagersOfTheUserAreGuarded() {
		ApplicationContextRunner runner = Shop.runner(Manager.JDBC)
			.withBean("other", PlatformTransactionManager.class,
					() -> new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:other")),
					(definition) -> definition.setAutowireCandidate(false));
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			for (String name : List.of("other", "transactionManager")) {
				assertThat(
						context.getBean(name, ConfigurableTransactionManager.class).getTransactionExecutionListeners())
					.filteredOn(GuardedCommits.class::isInstance)
					.hasSize(1);
			}
		});
	}

	@Test
	void lockInASnapshotIsWarnedAboutOnce(CapturedOutput output) {
		run(Manager.JDBC, (shop, till) -> {
			for (int i = 1; i <= 2; i++) {
				repeatableRead(shop).executeWithoutResult((status) -> till.pay(shop, 3));
				shop.jdbc.update("delete from payment");
			}
			assertThat(output.getOut().split("runs at REPEATABLE READ already", -1)).hasSize(2);
			assertThat(output).contains("Lock 'order' (Till.pay) is taken inside a transaction");
		});
	}

	@Test
	void lockInASnapshotIsRefusedIfTheUserWantsThat() {
		Shop.run(Shop.runner(Manager.JDBC)
			.withUserConfiguration(WithTill.class)
			.withPropertyValues("distributed-lock.transactions.on-stale-snapshot=throw"), (shop) -> {
				assertThatExceptionOfType(StaleSnapshotException.class).isThrownBy(
						() -> repeatableRead(shop).executeWithoutResult((status) -> shop.get(Till.class).pay(shop, 3)))
					.withMessageContaining("Begin the transaction under the lock");
				assertThat(shop.isHeld("order")).isFalse();
			});
	}

	@Test
	void snapshotBegunUnderTheLockIsFine(CapturedOutput output) {
		run(Manager.JDBC, (shop, till) -> {
			shop.locks.run(ORDER, () -> repeatableRead(shop).executeWithoutResult((status) -> shop.pay(1)));
			assertThat(output).doesNotContain("REPEATABLE READ");
		});
	}

	@Test
	void transactionsOfJtaAreNotGuarded() {
		Shop.runner(Manager.JDBC)
			.withBean("jta", PlatformTransactionManager.class, NoJta::new,
					(definition) -> definition.setAutowireCandidate(false))
			.run((context) -> assertThat(
					context.getBean("jta", ConfigurableTransactionManager.class).getTransactionExecutionListeners())
				.isNotEmpty()
				.noneMatch(GuardedCommits.class::isInstance));
	}

	private static TransactionTemplate repeatableRead(Shop shop) {
		return shop.transaction(TransactionDefinition.PROPAGATION_REQUIRED,
				(definition) -> definition.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ));
	}

	private static void lose(Shop shop, String key) {
		assertThat(shop.locks.forceRelease(key)).isTrue();
	}

	private static void assertRolledBack(Runnable work, LeaseLost.Reason reason) {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(work::run).satisfies((lost) -> {
			assertThat(lost.reason()).isEqualTo(reason);
			assertThat(lost.workCommitted()).isEqualTo(WorkCommitted.NO);
			assertThat(lost.getSuppressed()).isEmpty();
		});
	}

	private static EntityManager entityManager(Shop shop) {
		return Objects.requireNonNull(
				EntityManagerFactoryUtils.getTransactionalEntityManager(shop.get(EntityManagerFactory.class)));
	}

	private static void persist(Shop shop, int id) {
		PaymentEntity payment = new PaymentEntity();
		payment.id = id;
		entityManager(shop).persist(payment);
	}

	private static void run(Manager manager, BiConsumer<Shop, Till> test) {
		Shop.run(Shop.runner(manager).withUserConfiguration(WithTill.class),
				(shop) -> test.accept(shop, shop.get(Till.class)));
	}

	private static void runWithGuard(Manager manager, BiConsumer<Shop, RecordingGuard> test) {
		Shop.run(Shop.runner(manager).withUserConfiguration(WithGuard.class),
				(shop) -> test.accept(shop, shop.get(RecordingGuard.class)));
	}

	/** Finds no transactions. */
	static class NoJta extends JtaTransactionManager {

		@Override
		public void afterPropertiesSet() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithTill {

		@Bean
		Till till() {
			return new Till();
		}

	}

	static class Till {

		@DistributedLock("order")
		@Transactional
		public void payAndLose(Shop shop, int id) {
			shop.pay(id);
			lose(shop, "order");
		}

		@DistributedLock("order")
		@Transactional
		public void pay(Shop shop, int id) {
			shop.pay(id);
		}

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		void beforeCommit(Runnable action) {
			action.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithGuard {

		@Bean
		RecordingGuard guard() {
			return new RecordingGuard();
		}

	}

	/** Holds every lease to the end. */
	static class RecordingGuard implements LeaseGuard {

		int holds;

		Runnable atHold = () -> {
		};

		Runnable afterCompletion = () -> {
		};

		@Override
		public LeaseHold hold(List<GrantedLease> leases) {
			this.holds++;
			this.atHold.run();
			return new LeaseHold(Set.copyOf(leases), () -> this.afterCompletion.run());
		}

	}

	@Entity
	@Table(name = "payment")
	static class PaymentEntity {

		@Id
		private int id;

	}

}
