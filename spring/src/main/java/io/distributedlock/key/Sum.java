package io.distributedlock.key;

import java.util.List;

import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.standard.SpelExpression;

/**
 * A chain of {@code +}, whose operands are evaluated and checked one by one. SpEL itself
 * writes a null operand as "null". Numbers are added, as SpEL does.
 *
 * @param operands at least two
 */
record Sum(List<SpelExpression> operands) {

	Object evaluate(KeyContext context) {
		Object sum = evaluate(this.operands.get(0), context);
		for (SpelExpression operand : this.operands.subList(1, this.operands.size())) {
			sum = add(sum, evaluate(operand, context), context);
		}
		return sum;
	}

	private static Object evaluate(SpelExpression operand, KeyContext context) {
		return KeyValues.require(operand.getValue(context), operand.getExpressionString());
	}

	private static Object add(Object left, Object right, KeyContext context) {
		if (left instanceof Number && right instanceof Number) {
			Object sum = new OpPlus(0, 0, new Constant(left), new Constant(right))
				.getValue(new ExpressionState(context));
			return KeyValues.require(sum, left + " + " + right);
		}
		return KeyValues.text(left).concat(KeyValues.text(right));
	}

	private static final class Constant extends SpelNodeImpl {

		private final Object value;

		Constant(Object value) {
			super(0, 0);
			this.value = value;
		}

		@Override
		public TypedValue getValueInternal(ExpressionState state) {
			return new TypedValue(this.value);
		}

		@Override
		public String toStringAST() {
			return this.value.toString();
		}

	}

}
