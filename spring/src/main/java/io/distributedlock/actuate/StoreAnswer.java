package io.distributedlock.actuate;

/**
 * What became of a question to a store.
 *
 * @param <T> what was asked for
 */
public sealed interface StoreAnswer<T> {

	/**
	 * The store answered.
	 *
	 * @param <T> what was asked for
	 * @param value the answer
	 */
	record Given<T>(T value) implements StoreAnswer<T> {
	}

	/**
	 * The store failed or did not answer in time.
	 *
	 * @param <T> what was asked for
	 * @param reason why
	 */
	record Failed<T>(String reason) implements StoreAnswer<T> {
	}

	/**
	 * The store cannot be asked that.
	 *
	 * @param <T> what was asked for
	 * @param reason what it does not have
	 */
	record Unsupported<T>(String reason) implements StoreAnswer<T> {
	}

}
