package io.distributedlock.sample.payments;

import java.io.IOException;
import java.io.OutputStream;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Ends a node whose launcher has died, however it died: its end of our standard input is
 * closed then.
 */
@Component
@ConditionalOnProperty("payments.stop-with-launcher")
class StopWithLauncher {

	StopWithLauncher() {
		Thread thread = new Thread(StopWithLauncher::awaitEndOfInput, "stop-with-launcher");
		thread.setDaemon(true);
		thread.start();
	}

	private static void awaitEndOfInput() {
		try {
			System.in.transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			// As good as the end.
		}
		System.exit(0);
	}

}
