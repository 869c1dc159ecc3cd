package io.distributedlock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.LeaseLost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants to know of a lease's loss. Each is told once, also when registered while the
 * loss happens. Thread-safe.
 */
final class LossCallbacks {

	private static final Logger logger = LoggerFactory.getLogger(LossCallbacks.class);

	private final List<Consumer<LeaseLost>> callbacks = new ArrayList<>(1);

	private final List<Runnable> actions = new ArrayList<>(1);

	private boolean lost;

	/**
	 * Registers a callback, or calls it if the lease is lost.
	 * @param callback user code
	 * @param loss the lease's loss so far
	 */
	void add(Consumer<LeaseLost> callback, Supplier<Optional<LeaseLost>> loss) {
		synchronized (this) {
			if (!this.lost) {
				this.callbacks.add(callback);
				return;
			}
		}
		loss.get().ifPresent((lost) -> call(callback, lost));
	}

	/**
	 * Registers what is done on the spot, or does it if the lease is lost.
	 * @param action quick, no I/O, no user code
	 */
	void addAction(Runnable action) {
		synchronized (this) {
			if (!this.lost) {
				this.actions.add(action);
				return;
			}
		}
		action.run();
	}

	/**
	 * Runs the actions.
	 * @return calls the callbacks; to be run on a thread for user code
	 */
	Consumer<LeaseLost> lost() {
		List<Consumer<LeaseLost>> waiting;
		synchronized (this) {
			this.lost = true;
			waiting = List.copyOf(this.callbacks);
		}
		this.actions.forEach(Runnable::run);
		return (loss) -> waiting.forEach((callback) -> call(callback, loss));
	}

	private void call(Consumer<LeaseLost> callback, LeaseLost loss) {
		try {
			callback.accept(loss);
		}
		catch (Throwable ex) {
			logger.warn("Callback for the loss of lock '{}' failed", loss.key(), ex);
		}
	}

}
