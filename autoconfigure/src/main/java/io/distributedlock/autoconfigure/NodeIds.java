package io.distributedlock.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

import org.springframework.util.StringUtils;

/**
 * Names nodes so that a person finds the process, and so that neither a restarted process
 * nor a second application context has the name of the first.
 */
final class NodeIds {

	private static final int LONGEST_NAME = 100;

	private NodeIds() {
	}

	static String generate(String application) {
		return "%s@%s:%d-%04x".formatted(abbreviated(application), abbreviated(host()), ProcessHandle.current().pid(),
				ThreadLocalRandom.current().nextInt(0x10000));
	}

	private static String abbreviated(String name) {
		return (name.length() > LONGEST_NAME) ? name.substring(0, LONGEST_NAME) : name;
	}

	/**
	 * The environment is asked first: a container's name is there, and no name service is
	 * involved that could be slow.
	 */
	private static String host() {
		String host = System.getenv("HOSTNAME");
		if (StringUtils.hasText(host)) {
			return host;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
