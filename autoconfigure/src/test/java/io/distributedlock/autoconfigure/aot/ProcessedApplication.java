package io.distributedlock.autoconfigure.aot;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.ThrowingConsumer;

/**
 * An application with all our auto-configurations, as Spring's ahead-of-time processing
 * leaves it.
 */
final class ProcessedApplication {

	private static final String USE_WHAT_IS_GENERATED = "spring.aot.enabled";

	private final TestGenerationContext generated = new TestGenerationContext();

	private final ClassName initializer;

	/**
	 * Processes an application.
	 * @param beans the configuration of its beans
	 * @param properties the properties that it has when it is built
	 */
	ProcessedApplication(Class<?> beans, String... properties) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(properties).applyTo(context);
		context.register(beans);
		context.register(autoConfigurations());
		this.initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, this.generated);
		this.generated.writeGeneratedContent();
	}

	private static Class<?>[] autoConfigurations() {
		Stream<Class<?>> springs = Stream.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, DataRedisAutoConfiguration.class);
		Stream<Class<?>> ours = ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.distributedlock."))
			.map((name) -> ClassUtils.resolveClassName(name, null));
		return Configurations.getClasses(AutoConfigurations.of(Stream.concat(springs, ours).toArray(Class[]::new)));
	}

	RuntimeHints hints() {
		return this.generated.getRuntimeHints();
	}

	/** Whether a class was generated, as a native image cannot make it when it runs. */
	boolean contains(Class<?> type) {
		return this.generated.getGeneratedFiles()
			.getGeneratedFiles(Kind.CLASS)
			.containsKey(ClassUtils.convertClassNameToResourcePath(type.getName()) + ClassUtils.CLASS_FILE_SUFFIX);
	}

	/**
	 * Compiles what was generated. Needs a class loader of its own
	 * ({@link org.springframework.core.test.tools.CompileWithForkedClassLoader}), as the
	 * classes belong to the packages of those that they create.
	 * @return how to start the application
	 */
	Compiled compile() {
		AtomicReference<@Nullable ClassLoader> classes = new AtomicReference<>();
		TestCompiler.forSystem()
			.with(this.generated)
			.compile((compiled) -> classes.set(Thread.currentThread().getContextClassLoader()));
		ClassLoader classLoader = Objects.requireNonNull(classes.get());
		return new Compiled(ClassUtils.resolveClassName(this.initializer.reflectionName(), classLoader), classLoader);
	}

	/**
	 * The compiled application.
	 *
	 * @param initializer makes its beans known to a context
	 * @param classLoader where its classes are
	 */
	record Compiled(Class<?> initializer, ClassLoader classLoader) {

		/**
		 * Starts the application and stops it.
		 * @param use what to do with it in between
		 * @param properties the properties that it has when it runs
		 */
		void run(ThrowingConsumer<GenericApplicationContext> use, String... properties) {
			SpringProperties.setProperty(USE_WHAT_IS_GENERATED, "true");
			ClassLoader before = ClassUtils.overrideThreadContextClassLoader(this.classLoader);
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				TestPropertyValues.of(properties).applyTo(context);
				initialize(context);
				context.refresh();
				use.accept(context);
			}
			finally {
				ClassUtils.overrideThreadContextClassLoader(before);
				SpringProperties.setProperty(USE_WHAT_IS_GENERATED, null);
			}
		}

		@SuppressWarnings("unchecked")
		private void initialize(GenericApplicationContext context) {
			((ApplicationContextInitializer<GenericApplicationContext>) BeanUtils.instantiateClass(this.initializer))
				.initialize(context);
		}

	}

}
