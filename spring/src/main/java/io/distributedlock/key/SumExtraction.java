package io.distributedlock.key;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;

/**
 * Takes every chain of {@code +} out of a key's expressions and puts a variable in its
 * place, which {@link KeyContext} computes when the expression comes to it. No other way
 * is known to see a null operand: SpEL writes it as "null", compiled or not.
 */
final class SumExtraction {

	private final SpelParserConfiguration configuration;

	private final Map<String, Sum> sums = new HashMap<>();

	SumExtraction(SpelParserConfiguration configuration) {
		this.configuration = configuration;
	}

	/**
	 * Rewrites an expression.
	 * @param expression the expression as parsed
	 * @return the expression without {@code +} between parts of the key
	 * @throws UnsupportedSumException if a {@code +} stands where it cannot be taken out
	 */
	SpelExpression rewrite(SpelExpression expression) {
		SpelNodeImpl root = (SpelNodeImpl) expression.getAST();
		return new SpelExpression(expression.getExpressionString(), rewrite(root), this.configuration);
	}

	/**
	 * Returns what was taken out.
	 * @return the sums by the variable in their place
	 */
	Map<String, Sum> sums() {
		return Map.copyOf(this.sums);
	}

	private SpelNodeImpl rewrite(SpelNodeImpl node) {
		int start = node.getStartPosition();
		int end = node.getEndPosition();
		if (isSum(node)) {
			List<SpelExpression> operands = new ArrayList<>();
			collectOperands(node, operands);
			// No variable that a user writes has a + in its name.
			String name = "+" + this.sums.size();
			this.sums.put(name, new Sum(List.copyOf(operands)));
			return new VariableReference(name, start, end);
		}
		if (!hasSum(node) || isNoPartOfTheKey(node)) {
			return node;
		}
		if (node instanceof Ternary) {
			return new Ternary(start, end, child(node, 0), rewrite(child(node, 1)), rewrite(child(node, 2)));
		}
		if (node instanceof Elvis) {
			return new Elvis(start, end, rewriteChildren(node));
		}
		if (node instanceof CompoundExpression) {
			return new CompoundExpression(start, end, rewriteChildren(node));
		}
		if (node instanceof MethodReference call) {
			return new MethodReference(call.isNullSafe(), call.getName(), start, end, rewriteChildren(node));
		}
		throw new UnsupportedSumException(node.toStringAST());
	}

	private SpelNodeImpl[] rewriteChildren(SpelNode node) {
		SpelNodeImpl[] children = new SpelNodeImpl[node.getChildCount()];
		for (int i = 0; i < children.length; i++) {
			children[i] = rewrite(child(node, i));
		}
		return children;
	}

	private void collectOperands(SpelNodeImpl node, List<SpelExpression> operands) {
		SpelNodeImpl left = child(node, 0);
		SpelNodeImpl right = child(node, 1);
		if (isSum(left)) {
			collectOperands(left, operands);
		}
		else {
			operands.add(operand(left));
		}
		operands.add(operand(right));
	}

	private SpelExpression operand(SpelNodeImpl node) {
		return new SpelExpression(node.toStringAST(), rewrite(node), this.configuration);
	}

	private static boolean isSum(SpelNode node) {
		return node instanceof OpPlus && node.getChildCount() == 2;
	}

	private static boolean hasSum(SpelNode node) {
		if (isSum(node)) {
			return true;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (hasSum(node.getChild(i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether the node uses its children to compare, to calculate or to look up, so that
	 * their text cannot become part of the key.
	 */
	private static boolean isNoPartOfTheKey(SpelNode node) {
		return node instanceof Operator || node instanceof OperatorNot || node instanceof Indexer
				|| node instanceof Selection;
	}

	private static SpelNodeImpl child(SpelNode node, int index) {
		return (SpelNodeImpl) node.getChild(index);
	}

	/** A {@code +} stands where its operands cannot be checked. */
	static final class UnsupportedSumException extends RuntimeException {

		private final String expression;

		UnsupportedSumException(String expression) {
			super("+ inside '" + expression + "'");
			this.expression = expression;
		}

		String problem() {
			return "has a + inside '" + this.expression + "', where a null cannot be told from its text";
		}

	}

}
