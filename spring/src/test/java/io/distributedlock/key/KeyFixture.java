package io.distributedlock.key;

import java.lang.reflect.Method;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/**
 * Keys of calls to {@link Orders}.
 */
final class KeyFixture {

	final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	private final LockKeyParser parser = new LockKeyParser(this.beans);

	LockKey parse(String text) {
		return parse(text, text);
	}

	LockKey parse(String raw, String text) {
		return this.parser.parse(raw, text, method("capture"));
	}

	LockKey parse(String text, LockedMethod method) {
		return this.parser.parse(text, text, method);
	}

	String key(String text, @Nullable Object... arguments) {
		return parse(text).resolve(new Orders(), arguments);
	}

	static LockedMethod method(String name) {
		return method(Orders.class, name);
	}

	static LockedMethod method(Class<?> type, String name) {
		Method method = Arrays.stream(type.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		return new LockedMethod(method, type);
	}

	/** A bean class, compiled with parameter names. */
	static class Orders {

		String shop = "north";

		void capture(@Nullable Object id, @Nullable Object part) {
		}

		void store(String result) {
		}

		void nothing() {
		}

		public String getShop() {
			return this.shop;
		}

	}

	/** A bean in an expression. */
	public static final class Tenants {

		private int calls;

		public String current() {
			this.calls++;
			return "acme";
		}

		public String of(@Nullable String value) {
			return "tenant of " + value;
		}

		public int calls() {
			return this.calls;
		}

	}

	/** A value with a property. */
	public record Order(@Nullable String number, int line) {

		public @Nullable String getNumber() {
			return this.number;
		}

	}

	/** A value whose toString() is its own. */
	public static final class Identity {

	}

	/** A constant whose text is not its name. */
	public enum Region {

		EU;

		@Override
		public String toString() {
			return "Europe";
		}

	}

}
