package io.distributedlock.key;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.key.KeyFixture.Identity;
import io.distributedlock.key.KeyFixture.Order;
import io.distributedlock.key.KeyFixture.Region;
import io.distributedlock.key.KeyFixture.Tenants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class KeyEvaluationTests {

	private final KeyFixture keys = new KeyFixture();

	@Test
	void textWithHashBraceIsATemplate() {
		assertThat(this.keys.key("order:#{#id}/#{#part}", 42, "a")).isEqualTo("order:42/a");
	}

	@Test
	void textWithHashIsAnExpression() {
		assertThat(this.keys.key("#id", 42, null)).isEqualTo("42");
	}

	@Test
	void textThatStartsWithAQuoteIsAnExpression() {
		assertThat(this.keys.key("'orders'", 42, null)).isEqualTo("orders");
	}

	@Test
	void textThatStartsWithAtIsAnExpressionOnABean() {
		this.keys.beans.registerSingleton("tenants", new Tenants());

		assertThat(this.keys.key("@tenants.current()", 42, null)).isEqualTo("acme");
		assertThat(this.keys.key("#{@tenants.current()}:#{#id}", 42, null)).isEqualTo("acme:42");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nightly-report", "order:42", "me@home", "it's", " @padded", "identity", "ids.all",
			"argsort", "rooted.tree" })
	void otherTextIsALiteral(String text) {
		assertThat(this.keys.key(text, 42, null)).isEqualTo(text);
	}

	@Test
	void kindIsDecidedBeforePlaceholdersAreResolved() {
		assertThat(this.keys.parse("${queue}", "queue#1").resolve(new Object(), new Object[] { 1, 2 }))
			.isEqualTo("queue#1");
	}

	@ParameterizedTest
	@CsvSource(delimiterString = " -> ", quoteCharacter = '`',
			value = { "#p0 -> 42", "#a1 -> x", "#root.args[0] -> 42", "args[1] -> x", "#root.methodName -> capture",
					"#{methodName}:#{target.shop} -> capture:north", "'' + #root.targetClass.simpleName -> Orders",
					"#root.method.name -> capture" })
	void rootObjectAndIndexesAreKnown(String text, String key) {
		String raw = text.startsWith("args") ? "#{" + text + "}" : text;

		assertThat(this.keys.key(raw, 42, "x")).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#id", "'order:' + #id", "#id + ':order'", "'a' + #part + #id", "#part + #id",
			"order:#{#id}", "#{#part}:#{#id}", "#{'x' + #id}", "('order:' + #id).toUpperCase()",
			"#part.equals('b') ? 'b' : 'order:' + #id", "('order:' + #id) ?: 'none'", "'x'.concat('order:' + #id)",
			"'order:' + ('part:' + #id)", "'order:' + (#part.equals('b') ? 'b' : #id)",
			"'order:' + #part.concat('/' + #id)", "'order:' + {1:null}[1]", "'order:' + (#id ?: null)",
			"@tenants.of('x' + #id)", "('order:' + #id) * 1", "('order:' + ('x' + #id) * 2) * 1",
			"'order:' + ('x' + #id) * 2", "+('order:' + #id)", "order:#{('x' + #id) * 2}" })
	void nullPartIsRefusedWhereverItStands(String text) {
		this.keys.beans.registerSingleton("tenants", new Tenants());

		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.keys.key(text, null, "a"))
			.withMessageContaining("KeyFixture$Orders.capture(Object,Object)")
			.withMessageContaining("is null");
	}

	@Test
	void nullPartIsRefusedAlsoOnceTheExpressionIsCompiled() {
		LockKey key = this.keys.parse("'order:' + #id + ('/' + #part).toUpperCase()");
		for (int call = 0; call < 1_000; call++) {
			assertThat(key.resolve(new Object(), new @Nullable Object[] { "a", "b" })).isEqualTo("order:a/B");
		}

		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> key.resolve(new Object(), new @Nullable Object[] { null, "b" }))
			.withMessageContaining("'#id' is null");
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> key.resolve(new Object(), new @Nullable Object[] { "a", null }))
			.withMessageContaining("'#part' is null");
		assertThat(key.resolve(new Object(), new @Nullable Object[] { 1, 2 })).isEqualTo("order:1/2");
	}

	@Test
	void nullThatIsGivenASubstituteIsNoNullPart() {
		assertThat(this.keys.key("'order:' + (#id ?: 'none')", null, null)).isEqualTo("order:none");
		assertThat(this.keys.key("#id == null ? 'none' : 'order:' + #id", null, null)).isEqualTo("none");
	}

	@ParameterizedTest
	@ValueSource(strings = { "('x' + #id) == 'x1'", "('x' + #id) != 'x1'", "('x' + #id) < 'a'", "('x' + #id) <= 'a'",
			"('x' + #id) > 'z'", "('x' + #id) >= 'z'", "('x' + #id) between {'a', 'b'}",
			"('x' + #id) instanceof T(Integer)", "('x' + #id) matches 'x1'", "('x' + #id) == 'x1' && true",
			"('x' + #id) == 'x1' || false", "!(('x' + #id) == 'xnull')" })
	void nullThatIsOnlyComparedIsNoPart(String comparison) {
		String key = this.keys.key(comparison + " ? 'same' : 'other'", null, null);

		assertThat(key).isEqualTo(comparison.contains("!=") ? "same" : "other");
	}

	@Test
	void emptyOptionalIsANullPart() {
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.keys.key("'order:' + #id", Optional.empty(), null))
			.withMessageContaining("'#id' is null");
		assertThat(this.keys.key("'order:' + #id", Optional.of(42), null)).isEqualTo("order:42");
	}

	@Test
	void propertyOfNullIsRefused() {
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.keys.key("#id.number", null, null))
			.withMessageContaining("No key for")
			.withMessageContaining("number");
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.keys.key("'o:' + #id?.number", null, null))
			.withMessageContaining("#id?.number");
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.keys.key("order:#{#id.number}", new Order(null, 1), null))
			.withMessageContaining("'#id.number' is null");
	}

	@ParameterizedTest
	@CsvSource(delimiterString = " -> ", quoteCharacter = '`',
			value = { "#id + #part -> 5", "'o:' + #id + #part -> o:23", "'o:' + (#id + #part) -> o:5",
					"#id + #part + ':o' -> 5:o", "#{#id + #part}/#{#id} -> 5/2", "#id + 1 -> 3",
					"'o:' + (#id + #part) * 2 -> o:10", "+#id + #part -> 5", "(#id + #part) * 2 -> 10",
					"2 * (#id + #part) -> 10", "(#id + #part) / 2 -> 2", "7 % (#id + #part) -> 2",
					"(#id + #part) - 1 -> 4", "-(#id + #part) -> -5", "+(#id + #part) -> 5", "(#id + #part) ^ 2 -> 25",
					"('x' + #id) * #part -> x2x2x2" })
	void numbersAreAddedAndTextsAreJoinedAsInSpel(String text, String key) {
		assertThat(this.keys.key(text, 2, 3)).isEqualTo(key);
		assertThat(this.keys.key(text, 2L, 3)).isEqualTo(key);
	}

	@Test
	void numbersOfOtherTypesAreAddedAsInSpel() {
		assertThat(this.keys.key("#id + #part", new BigDecimal("1.10"), 2)).isEqualTo("3.10");
		assertThat(this.keys.key("#id + #part", 1.5, 2)).isEqualTo("3.5");
	}

	@Test
	void enumConstantsAppearByName() {
		assertThat(this.keys.key("'order:' + #id", Region.EU, null)).isEqualTo("order:EU");
		assertThat(this.keys.key("order:#{#id}", Region.EU, null)).isEqualTo("order:EU");
		assertThat(this.keys.key("#id", Region.EU, null)).isEqualTo("EU");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#id", "'order:' + #id", "order:#{#id}" })
	void valuesWithoutATextOfTheirOwnAreRefused(String text) {
		for (Object value : List.of(new Identity(), new int[] { 1 }, new String[] { "a" }, (Runnable) () -> {
		}, List.of(new Identity()), Map.of("a", new Identity()), Optional.of(new byte[0]))) {
			assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.keys.key(text, value, null))
				.withMessageContaining("KeyFixture$Orders.capture")
				.withMessageContaining("#id");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "a\nb", "a\u0000b", "\ud800" })
	void blankAndUnreadableKeysAreRefusedByTheMethodsName(String id) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.keys.key("#id", id, null))
			.withMessageContaining("KeyFixture$Orders.capture(Object,Object)");
	}

	@Test
	void longKeysAreRefused() {
		assertThat(this.keys.key("#id", "x".repeat(255), null)).hasSize(255);
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.keys.key("#id", "x".repeat(256), null))
			.withMessageContaining("256");
	}

	@Test
	void eachOperandIsEvaluatedOnce() {
		Tenants tenants = new Tenants();
		this.keys.beans.registerSingleton("tenants", tenants);

		assertThat(this.keys.key("'a' + @tenants.current() + ('b' + #id).concat('c')", 1, null)).isEqualTo("aacmeb1c");
		assertThat(tenants.calls()).isEqualTo(1);
	}

	@Test
	void projectionsAndSelectionsKnowTheirElements() {
		assertThat(this.keys.key("#id.?[line > 1].![number][0]", List.of(new Order("a", 1), new Order("b", 2)), null))
			.isEqualTo("b");
		assertThat(this.keys.key("#id[part]", Map.of("part", 7), null)).isEqualTo("7");
	}

	@Test
	void argumentsCannotBeChanged() {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.keys.key("#id = 3", 2, null));
	}

	@Test
	void exceptionsOfTheUsersCodeAreNotReplaced() {
		Object failing = new Object() {
			@Override
			public String toString() {
				throw new IllegalStateException("mine");
			}
		};

		assertThatIllegalStateException().isThrownBy(() -> this.keys.key("'order:' + #id", failing, null))
			.withMessage("mine");
	}

}
