package io.distributedlock.architecture;

import java.time.Instant;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.distributedlock.architecture.Modules.CORE;

/**
 * What holds for the code of every module.
 */
@AnalyzeClasses(packages = "io.distributedlock", importOptions = DoNotIncludeTests.class)
class CodeConventionTests {

	@ArchTest
	static final ArchRule everyPackageIsNullMarked = classes().should(beInANullMarkedPackage());

	@ArchTest
	static final ArchRule theEngineShowsOnlyItsEntryPoints = classes().that()
		.resideInAPackage("io.distributedlock.engine")
		.and()
		.areTopLevelClasses()
		.and()
		.doNotHaveSimpleName("LockEngine")
		.and()
		.doNotHaveSimpleName("LockEngineBuilder")
		.and()
		.doNotHaveSimpleName("LockDefaults")
		.and()
		.doNotHaveSimpleName("EngineThreads")
		.and()
		.doNotHaveSimpleName("Transactions")
		.and()
		.doNotHaveSimpleName("GrantedLease")
		.and()
		.doNotHaveSimpleName("TransactionOutcome")
		.should()
		.bePackagePrivate();

	/** Real threads are joined in real time. */
	@ArchTest
	static final ArchRule coreReadsClocksThroughTimeSource = noClasses().that(CORE)
		.and()
		.resideOutsideOfPackage("io.distributedlock.time")
		.and()
		.doNotHaveSimpleName("DefaultEngineThreads")
		.should()
		.callMethod(System.class, "nanoTime")
		.orShould()
		.callMethod(System.class, "currentTimeMillis")
		.orShould()
		.callMethod(Instant.class, "now");

	@ArchTest
	static final ArchRule autoConfigurationsAreFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.haveSimpleNameEndingWith("AutoConfiguration");

	@ArchTest
	static final ArchRule beanMethodsAreNotApi = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.bePackagePrivate();

	private static ArchCondition<JavaClass> beInANullMarkedPackage() {
		return new ArchCondition<>("be in a package that is @NullMarked") {
			@Override
			public void check(JavaClass type, ConditionEvents events) {
				if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
					events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no @NullMarked package"));
				}
			}
		};
	}

}
