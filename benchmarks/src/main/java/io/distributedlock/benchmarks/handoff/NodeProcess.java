package io.distributedlock.benchmarks.handoff;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running {@link NodeProgram}.
 */
final class NodeProcess implements AutoCloseable {

	private static final long GRACE_SECONDS = 10;

	private final Process process;

	private final BufferedWriter orders;

	private final BufferedReader answers;

	NodeProcess(String name, NodeKind kind, List<String> address) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
						System.getProperty("java.class.path"), NodeProgram.class.getName(), name, kind.name()));
		command.addAll(address);
		try {
			this.process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.orders = this.process.outputWriter(StandardCharsets.UTF_8);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	void order(String line) {
		try {
			this.orders.write(line + "\n");
			this.orders.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for the next line that the process prints.
	 */
	String answer() {
		try {
			String line = this.answers.readLine();
			if (line == null) {
				throw new IllegalStateException("A node ended: see its messages above");
			}
			return line;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void expect(String answer) {
		String line = answer();
		if (!line.equals(answer)) {
			throw new IllegalStateException("A node said '%s' instead of '%s'".formatted(line, answer));
		}
	}

	@Override
	public void close() {
		try (this.orders; this.answers) {
			this.orders.close();
			if (!this.process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
