package io.distributedlock.jdbc;

import java.nio.file.Path;
import java.util.UUID;

class H2FileLockStoreTests extends H2Contract {

	H2FileLockStoreTests() {
		super(TestDatabase.at(sharedFile()));
	}

	static String sharedFile() {
		Path file = Path.of(System.getProperty("java.io.tmpdir"), "locks-" + UUID.randomUUID());
		return "jdbc:h2:file:%s;AUTO_SERVER=TRUE;WRITE_DELAY=0".formatted(file.toAbsolutePath());
	}

}
