package io.distributedlock.jdbc;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class H2TwoProcessesTests {

	private static final int TIMES = 50;

	@Test
	void processesThatShareAFileHoldTheLockOneAtATime() throws Exception {
		String url = H2FileLockStoreTests.sharedFile();
		try (TestDatabase database = TestDatabase.at(url)) {
			database.execute("create table counter as select 0 as number, cast(0 as bigint) as token");
			CountingProcess here = new CountingProcess(database);
			Process there = start(url);
			try {
				here.count(TIMES);
				assertThat(there.waitFor(60, TimeUnit.SECONDS)).isTrue();
				assertThat(there.exitValue()).isZero();
			}
			finally {
				there.destroyForcibly();
			}
			assertThat(here.read()[0]).isEqualTo(2 * TIMES);
		}
	}

	private static Process start(String url) throws Exception {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return new ProcessBuilder(java, "-cp", classPath, "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
				CountingProcess.class.getName(), url, String.valueOf(TIMES))
			.redirectErrorStream(true)
			.redirectOutput(new File(System.getProperty("java.io.tmpdir"), "counting-process.log"))
			.start();
	}

}
