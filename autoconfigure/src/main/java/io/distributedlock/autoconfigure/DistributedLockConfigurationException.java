package io.distributedlock.autoconfigure;

/**
 * The application's configuration of locks cannot work. Shown at startup with what to
 * change.
 */
public class DistributedLockConfigurationException extends RuntimeException {

	private final String action;

	/**
	 * Creates the exception.
	 * @param message what is wrong, with what was found
	 * @param action what to write or to add
	 */
	public DistributedLockConfigurationException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Returns the fix.
	 * @return what to write or to add
	 */
	public String getAction() {
		return this.action;
	}

}
