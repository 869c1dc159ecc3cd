package io.distributedlock.interceptor;

import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StrictPlaceholdersTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final ConfigurableListableBeanFactory beans = this.context.getBeanFactory();

	private final StrictPlaceholders placeholders = new StrictPlaceholders(this.beans, this.context.getEnvironment());

	StrictPlaceholdersTests() {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("environment", "e")));
	}

	@Test
	void environmentIsKnownBeforeTheContextIsReady() {
		assertThat(this.placeholders.resolveStringValue("a ${environment}")).isEqualTo("a e");
	}

	@Test
	void unknownPlaceholderIsRefusedWhereSpringWouldLeaveIt() {
		this.context.refresh();

		assertThat(this.beans.resolveEmbeddedValue("${unknown}")).isEqualTo("${unknown}");
		assertThatIllegalArgumentException().isThrownBy(() -> this.placeholders.resolveStringValue("a ${unknown}"))
			.withMessageContaining("unknown");
	}

	@Test
	void propertiesOfAConfigurerAreKnown() {
		Properties local = new Properties();
		local.setProperty("local", "l");
		PropertySourcesPlaceholderConfigurer configurer = new PropertySourcesPlaceholderConfigurer();
		configurer.setProperties(local);
		configurer.setIgnoreUnresolvablePlaceholders(true);
		this.context.addBeanFactoryPostProcessor(configurer);
		configurer.setEnvironment(this.context.getEnvironment());
		this.context.refresh();

		assertThat(this.placeholders.resolveStringValue("${local} ${environment} ${other:default}"))
			.isEqualTo("l e default");
		assertThatIllegalArgumentException().isThrownBy(() -> this.placeholders.resolveStringValue("${unknown}"));
	}

	@Test
	void textWithoutPlaceholdersIsLeftAlone() {
		assertThat(this.placeholders.resolveStringValue("#{#id} {}")).isEqualTo("#{#id} {}");
	}

}
