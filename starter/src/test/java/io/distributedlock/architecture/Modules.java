package io.distributedlock.architecture;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

/**
 * Tells by the folder it was built in which module of this project a class belongs to, so
 * that a new package or provider needs no new rule.
 */
final class Modules {

	static final DescribedPredicate<JavaClass> CORE = module("core");

	static final DescribedPredicate<JavaClass> PROVIDERS = module("providers/[^/]+");

	static final DescribedPredicate<JavaClass> SPRING = module("spring");

	static final DescribedPredicate<JavaClass> AUTOCONFIGURE = module("autoconfigure");

	static final DescribedPredicate<JavaClass> TEST_KIT = module("test-kit");

	private static final Pattern BUILT_IN = Pattern
		.compile("/(core|spring|autoconfigure|starter|test-kit|(?:providers|samples)/[^/]+)/target/");

	private Modules() {
	}

	static Optional<String> moduleOf(JavaClass type) {
		return type.getBaseComponentType()
			.getSource()
			.map((source) -> BUILT_IN.matcher(source.getUri().toString()))
			.filter(Matcher::find)
			.map((matcher) -> matcher.group(1));
	}

	private static DescribedPredicate<JavaClass> module(String pattern) {
		return DescribedPredicate.describe("in module " + pattern,
				(type) -> moduleOf(type).filter((name) -> name.matches(pattern)).isPresent());
	}

}
