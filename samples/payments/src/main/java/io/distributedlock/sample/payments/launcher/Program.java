package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * How a node is started.
 *
 * @param home the folder it runs in; what it writes goes to {@code target/} there
 * @param code the arguments of {@code java} that say what to run
 * @param arguments the program's arguments
 */
record Program(Path home, List<String> code, List<String> arguments) {

	/** The jar of the application, as the build leaves it. */
	static final String JAR = "target/payments.jar";

	/** The folder of the database, as {@code application.yml} says. */
	static final String DATABASE = "target/db";

	/** Where H2 listens for the other nodes; by default it would be every interface. */
	static final String H2_ON_LOOPBACK = "-Dh2.bindAddress=127.0.0.1";

	private static final List<String> SMALL_JVM = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

	/**
	 * The application as the build leaves it.
	 * @param home the folder it runs in
	 * @param profile the Spring profile, empty or {@code null}, as Maven hands over what
	 * is empty, for none
	 * @return how to start it
	 */
	static Program jar(Path home, @Nullable String profile) {
		return new Program(home, List.of("-jar", JAR),
				StringUtils.hasText(profile) ? List.of("--spring.profiles.active=" + profile) : List.of());
	}

	Node start(int port, HttpClient http, String... more) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(SMALL_JVM);
		command.add(H2_ON_LOOPBACK);
		command.addAll(this.code);
		command.add("--server.port=" + port);
		command.add("--payments.stop-with-launcher=true");
		command.addAll(this.arguments);
		command.addAll(List.of(more));
		try {
			Path logs = Files.createDirectories(this.home.resolve("target/nodes"));
			Path log = logs.resolve("node-" + port + ".log");
			Process process = new ProcessBuilder(command).directory(this.home.toFile())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			return new Node(port, process, log, http);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
