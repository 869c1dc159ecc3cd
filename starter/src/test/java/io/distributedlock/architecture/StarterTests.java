package io.distributedlock.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StarterTests {

	@Test
	void hasNoCodeOfItsOwn() throws IOException {
		Path sources = Path.of("src");
		assertThat(sources.resolve("test")).isDirectory();
		assertThat(sources.resolve("main")).doesNotExist();
		Path classes = Path.of("target/classes");
		if (Files.exists(classes)) {
			try (Stream<Path> files = Files.walk(classes)) {
				assertThat(files).noneMatch((file) -> file.toString().endsWith(".class"));
			}
		}
	}

}
