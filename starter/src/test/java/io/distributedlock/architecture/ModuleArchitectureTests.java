package io.distributedlock.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.distributedlock.architecture.Modules.AUTOCONFIGURE;
import static io.distributedlock.architecture.Modules.CORE;
import static io.distributedlock.architecture.Modules.PROVIDERS;
import static io.distributedlock.architecture.Modules.SPRING;
import static io.distributedlock.architecture.Modules.TEST_KIT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Arrows between modules point inward only: core, then providers and spring, then
 * autoconfigure.
 */
@AnalyzeClasses(packages = "io.distributedlock", importOptions = DoNotIncludeTests.class)
class ModuleArchitectureTests {

	@ArchTest
	static final ArchRule coreNeedsTheJdkAndSlf4jOnly = classes().that(CORE)
		.should()
		.onlyDependOnClassesThat(or(CORE, resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..")));

	@ArchTest
	static final ArchRule providersSeeOnlyCore = noClasses().that(PROVIDERS)
		.should()
		.dependOnClassesThat(or(SPRING, AUTOCONFIGURE, TEST_KIT));

	@ArchTest
	static final ArchRule providersDoNotSeeEachOther = slices().assignedFrom(new EachProvider())
		.should()
		.notDependOnEachOther();

	@ArchTest
	static final ArchRule springSeesOnlyCore = noClasses().that(SPRING)
		.should()
		.dependOnClassesThat(or(PROVIDERS, AUTOCONFIGURE, TEST_KIT));

	@ArchTest
	static final ArchRule springNeedsNoSpringBoot = noClasses().that(SPRING)
		.and()
		.resideOutsideOfPackage("io.distributedlock.actuate..")
		.should()
		.dependOnClassesThat(resideInAPackage("org.springframework.boot.."));

	@ArchTest
	static final ArchRule autoconfigureSeesNoTestKit = noClasses().that(AUTOCONFIGURE)
		.should()
		.dependOnClassesThat(TEST_KIT);

	@ArchTest
	static final ArchRule testKitSeesOnlyCore = noClasses().that(TEST_KIT)
		.should()
		.dependOnClassesThat(or(PROVIDERS, SPRING, AUTOCONFIGURE, resideInAPackage("org.springframework..")));

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();

	@ArchTest
	static void everyModuleIsLookedAt(JavaClasses classes) {
		assertThat(classes.stream().map((type) -> Modules.moduleOf(type).orElse("none: " + type.getName())))
			.contains("core", "providers/jdbc", "providers/redis", "spring", "autoconfigure", "test-kit")
			.noneMatch((module) -> module.startsWith("none"));
	}

	private static final class EachProvider implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return PROVIDERS.test(type) ? SliceIdentifier.of(Modules.moduleOf(type).orElseThrow())
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "each provider";
		}

	}

	private static final class EachPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return SliceIdentifier.of(type.getPackageName());
		}

		@Override
		public String getDescription() {
			return "each package";
		}

	}

}
