package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class DatabaseTests {

	@TempDir
	Path folder;

	@Test
	void deletesWhatAKilledNodeLeftBehind() throws IOException {
		int port;
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = server.getLocalPort();
		}
		writeFiles(port);

		new Database(this.folder).delete();

		assertThat(this.folder).isEmptyDirectory();
	}

	@Test
	void refusesToDeleteADatabaseThatANodeServes() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			writeFiles(server.getLocalPort());

			assertThatIllegalStateException().isThrownBy(() -> new Database(this.folder).delete())
				.withMessageContaining("stop it first")
				.withMessageContaining(this.folder.toString());
		}
		assertThat(this.folder.resolve("payments.mv.db")).exists();
	}

	@Test
	void thereNeedNotBeADatabase() {
		Path missing = this.folder.resolve("missing");

		new Database(missing).delete();

		assertThat(missing).doesNotExist();
	}

	private void writeFiles(int port) throws IOException {
		Files.writeString(this.folder.resolve("payments.mv.db"), "");
		Files.writeString(this.folder.resolve("payments.lock.db"), "server=localhost\\:" + port + "\n");
	}

}
