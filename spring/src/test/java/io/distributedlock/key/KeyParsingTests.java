package io.distributedlock.key;

import java.util.function.Function;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KeyParsingTests {

	private final KeyFixture keys = new KeyFixture();

	@ParameterizedTest
	@CsvSource({ "id,#id", "id.number,#id.number", "id[0],#id[0]", "part,#part", "p0,#p0", "a1.x,#a1.x",
			"args,#root.args", "args[0],#root.args[0]", "root,#root", "root.args,#root.args" })
	void forgottenHashNeverBecomesOneGlobalLock(String text, String meant) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("KeyFixture$Orders.capture(Object,Object)")
			.withMessageContaining("key = \"" + text + "\"")
			.withMessageContaining("write \"" + meant + "\"");
	}

	@Test
	void forgottenHashInBracesNeverBecomesOneGlobalLock() {
		assertThatExceptionOfType(InvalidLockAnnotationException.class)
			.isThrownBy(() -> this.keys.parse("order:{id}:{part}"))
			.withMessageContaining("contains '{id}'")
			.withMessageContaining("write \"order:#{#id}:{part}\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "order:#{id}", "'order:' + id", "#{part.name}:#{#id}", "#id + part", "'x' + find(#id)",
			"#id.equals(part) ? 'a' : 'b'" })
	void forgottenHashInAnExpressionIsFound(String text) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("unknown");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#order", "'order:' + #order.id", "order:#{#order}", "#id.equals(#order) ? 'a' : 'b'",
			"#p2", "#id.![#order]", "{#order}", "T(String).valueOf(#order)", "#id[#order]" })
	void unknownNameIsFoundWithTheKnownOnes(String text) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("unknown name #")
			.withMessageContaining("#id, #part, #a0, #a1, #p0, #p1, #root");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#result", "'order:' + #result.id", "#{#result}" })
	void resultIsRefused(String text) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("before the method runs");
	}

	@Test
	void parameterCalledResultIsAnArgumentLikeOthers() {
		LockKey key = this.keys.parse("#result", KeyFixture.method("store"));

		assertThat(key.resolve(new Object(), new Object[] { "x" })).isEqualTo("x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "order:#id", "'order:' + ", "#{#id", "order:#{}", "#{#id} and #{", "'order" })
	void unparsableExpressionIsFound(String text) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("key = \"" + text + "\" is no valid expression");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'a' + #id}", "#id.!['a' + #this]", "new String('a' + #id)" })
	void sumWhoseNullsCannotBeSeenIsRefused(String text) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("has a + inside");
	}

	@Test
	void unknownFunctionIsFound() {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse("#hash(#id)"))
			.withMessageContaining("unknown function '#hash(#id)'");
	}

	@Test
	void missingParameterNamesAreFound() {
		LockedMethod compiledWithoutNames = KeyFixture.method(Function.class, "apply");

		assertThatExceptionOfType(InvalidLockAnnotationException.class)
			.isThrownBy(() -> this.keys.parse("#id", compiledWithoutNames))
			.withMessageContaining("Compile with -parameters, or write #p0");
		assertThat(this.keys.parse("#p0", compiledWithoutNames).resolve(new Object(), new Object[] { 7 }))
			.isEqualTo("7");
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "a\tb", "\u0085" })
	void literalThatIsNoKeyIsFound(String text) {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse(text))
			.withMessageContaining("is no valid key");
	}

	@Test
	void expressionThatIsBlankOnceResolvedIsFound() {
		assertThatExceptionOfType(InvalidLockAnnotationException.class)
			.isThrownBy(() -> this.keys.parse("${key:#id}", ""))
			.withMessageContaining("${key:#id}")
			.withMessageContaining("is no valid expression");
	}

	@Test
	void placeholderWithoutAValueIsNoDefaultKey() {
		assertThatExceptionOfType(InvalidLockAnnotationException.class).isThrownBy(() -> this.keys.parse("${key:}", ""))
			.withMessageContaining("${key:}")
			.withMessageContaining("blank");
	}

}
