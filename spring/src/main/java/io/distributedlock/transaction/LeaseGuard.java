package io.distributedlock.transaction;

import java.util.List;

import io.distributedlock.LeaseLostException;
import io.distributedlock.engine.GrantedLease;

/**
 * Keeps leases in force until the transaction of the calling thread ends, so that nobody
 * can take their locks over between the check and the commit. For stores that share the
 * transaction's resource. Thread-safe.
 */
public interface LeaseGuard {

	/**
	 * Called right before the commit of a transaction that can write.
	 * @param leases the transaction's leases; their deadlines have not passed
	 * @return those of them that now last until the transaction ends
	 * @throws LeaseLostException if the store says that one is not in force
	 * @throws RuntimeException if the store cannot tell; as with any exception thrown
	 * here the transaction is rolled back
	 */
	LeaseHold hold(List<GrantedLease> leases);

	/**
	 * Notes that the store says that a grant is not in force.
	 * @param lease the grant
	 * @return to be thrown
	 */
	static RuntimeException lost(GrantedLease lease) {
		lease.refused();
		return lease.loss()
			.<RuntimeException>map((loss) -> LeasedTransaction.lost(lease, loss))
			.orElseGet(() -> new IllegalStateException(
					"Lock '%s' was given back while its transaction was committed".formatted(lease.key())));
	}

}
