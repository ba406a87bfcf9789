package io.durablespring.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.FileSystemUtils;

/**
 * Gives an application a data directory that goes when the application does.
 */
class TemporaryData implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		try {
			Path directory = Files.createTempDirectory("example-");
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("temporary data", Map.of("example.data-dir", directory.toString())));
			// The first one is the last to be destroyed: broker and database have gone by
			// then.
			((DefaultListableBeanFactory) context.getBeanFactory()).registerDisposableBean("temporaryData",
					() -> FileSystemUtils.deleteRecursively(directory));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
