package io.distributedlock.actuate.board;

/**
 * What became of a question to a store.
 *
 * @param <T> what was asked for
 */
sealed interface Answer<T> {

	record Given<T>(T value) implements Answer<T> {
	}

	record Failed<T>(String reason) implements Answer<T> {
	}

	/** The store cannot be asked that. */
	record Unsupported<T>() implements Answer<T> {
	}

}
