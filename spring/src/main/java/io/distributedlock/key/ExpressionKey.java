package io.distributedlock.key;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.spel.standard.SpelExpression;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockRequest;

/**
 * A key computed from the call.
 *
 * @param method the method called
 * @param variables the names of its arguments
 * @param parts the pieces that make the key, in order
 * @param sums the sums the pieces refer to
 * @param shared what all evaluations share
 * @param attribute where the key is written
 */
record ExpressionKey(LockedMethod method, MethodVariables variables, List<Part> parts, Map<String, Sum> sums,
		EvaluationContext shared, KeyAttribute attribute) implements LockKey {

	@Override
	public String resolve(Object target, @Nullable Object[] arguments) {
		LockKeyRoot root = new LockKeyRoot(this.method, target, this.variables.known(arguments));
		KeyContext context = new KeyContext(this.shared, root, this.variables, this.sums);
		try {
			StringBuilder key = new StringBuilder();
			for (Part part : this.parts) {
				key.append(part.text(context));
			}
			return LockRequest.of(key.toString()).key();
		}
		catch (InvalidLockKeyException ex) {
			throw invalid(ex);
		}
		catch (EvaluationException ex) {
			throw invalid(ex);
		}
	}

	private InvalidLockKeyException invalid(Exception cause) {
		InvalidLockKeyException invalid = new InvalidLockKeyException(
				"No %s for %s: %s".formatted(this.attribute.name(), this.method, cause.getMessage()));
		invalid.initCause(cause);
		return invalid;
	}

	/** A piece of a key. */
	sealed interface Part {

		String text(KeyContext context);

	}

	/** A piece that is the same for all calls. */
	record Text(String value) implements Part {

		@Override
		public String text(KeyContext context) {
			return this.value;
		}

	}

	/** A piece that is evaluated for each call. */
	record Expression(SpelExpression expression) implements Part {

		@Override
		public String text(KeyContext context) {
			Object value = this.expression.getValue(context);
			return KeyValues.text(KeyValues.require(value, this.expression.getExpressionString()));
		}

	}

}
