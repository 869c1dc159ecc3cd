package io.distributedlock.autoconfigure;

import java.time.Duration;

import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.transaction.OnStaleSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What every lock of the application has in common.
 *
 * @param provider Provider that grants locks unless an annotation or a request names
 * another. If not set, the only provider present. 'memory' has to be named.
 * @param keyPrefix Prefix of every key in the store. If not set, the name of the
 * application and a colon. Empty for no prefix.
 * @param ttl Lease: how long a dead holder blocks others.
 * @param waitTime How long to wait for a held lock. 0 for one attempt.
 * @param maxHold For how long a lease is renewed at most. If not set, without end.
 * @param renewal Whether a lease is renewed while its holder works.
 * @param onLeaseLost What happens to work whose lease is lost.
 * @param storeTimeout How long a single step of the store may take.
 * @param nodeId Name of this node, shown as the holder of a lock. Has to be unique. If
 * not set, made of application, host, process and chance.
 * @param scheduled Locks of scheduled methods.
 * @param transactions Locks and transactions.
 * @param events Locks and application events.
 * @param mdc Locks in logs.
 */
@ConfigurationProperties("distributed-lock")
public record DistributedLockProperties(@Nullable String provider, @Nullable String keyPrefix,
		@DefaultValue("30s") Duration ttl, @DefaultValue("0s") Duration waitTime, @Nullable Duration maxHold,
		@DefaultValue("auto") Renewal renewal, @DefaultValue("throw") OnLeaseLost onLeaseLost,
		@DefaultValue("5s") Duration storeTimeout, @Nullable String nodeId, @DefaultValue Scheduled scheduled,
		@DefaultValue Transactions transactions, @DefaultValue Events events, @DefaultValue Mdc mdc) {

	/**
	 * Locks of scheduled methods.
	 *
	 * @param minHold How long the lock of a cron method stays taken at least, so that
	 * nodes whose clocks differ by less do not run it twice.
	 */
	public record Scheduled(@DefaultValue("1s") Duration minHold) {
	}

	/**
	 * Locks and transactions.
	 *
	 * @param guard Whether a transaction that works under a lock is committed only while
	 * the lease is held.
	 * @param onStaleSnapshot What happens if a lock is asked for inside a transaction at
	 * REPEATABLE READ or above, which may read data as it was before the lock was
	 * granted.
	 */
	public record Transactions(@DefaultValue("true") boolean guard,
			@DefaultValue("warn") OnStaleSnapshot onStaleSnapshot) {
	}

	/**
	 * Locks and application events. A lost lease is always one.
	 *
	 * @param enabled Whether each grant and each release of a lock is published as an
	 * application event.
	 */
	public record Events(@DefaultValue("false") boolean enabled) {
	}

	/**
	 * Locks in logs.
	 *
	 * @param enabled Whether logs of work under a lock have its key and fencing token in
	 * their MDC, as 'lock.key' and 'lock.fencingToken'.
	 */
	public record Mdc(@DefaultValue("false") boolean enabled) {
	}

}
