package io.distributedlock.sample.payments.launcher;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import io.distributedlock.sample.payments.PaymentsApplication;

import org.springframework.boot.SpringApplicationAotProcessor;

/**
 * The service after ahead-of-time processing: what the goal {@code process-aot} of Spring
 * Boot's Maven plugin does, for the classes under test.
 */
final class ProcessedAheadOfTime {

	private static final long TIMEOUT_SECONDS = 120;

	private ProcessedAheadOfTime() {
	}

	/**
	 * Processes the service.
	 * @param folder where to put what is generated
	 * @param arguments the program's arguments, as conditions are decided now
	 * @return the class path of this process, with the generated classes before the
	 * others
	 */
	static String classPath(Path folder, String... arguments) {
		Path classes = folder.resolve("aot/classes");
		Path sources = folder.resolve("aot/sources");
		try {
			Files.createDirectories(classes);
			process(folder, sources, classes, arguments);
			compile(sources, classes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the service was processed", ex);
		}
		return classes + File.pathSeparator + System.getProperty("java.class.path");
	}

	private static void process(Path folder, Path sources, Path classes, String... arguments)
			throws IOException, InterruptedException {
		Path log = folder.resolve("aot/process.log");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), SpringApplicationAotProcessor.class.getName(),
						PaymentsApplication.class.getName(), sources.toString(), classes.toString(), classes.toString(),
						"io.distributedlock", "payments"));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
				throw new IllegalStateException("The service was not processed: see " + log);
			}
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static void compile(Path sources, Path classes) throws IOException {
		List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-cp",
				classes + File.pathSeparator + System.getProperty("java.class.path"), "-d", classes.toString()));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
		}
		ByteArrayOutputStream messages = new ByteArrayOutputStream();
		if (ToolProvider.getSystemJavaCompiler().run(null, null, messages, arguments.toArray(String[]::new)) != 0) {
			throw new IllegalStateException(messages.toString(StandardCharsets.UTF_8));
		}
	}

}
