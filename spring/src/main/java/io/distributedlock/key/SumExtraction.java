package io.distributedlock.key;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.ast.OpDivide;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpMinus;
import org.springframework.expression.spel.ast.OpModulus;
import org.springframework.expression.spel.ast.OpMultiply;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.OperatorBetween;
import org.springframework.expression.spel.ast.OperatorInstanceof;
import org.springframework.expression.spel.ast.OperatorMatches;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.OperatorPower;
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

	/** What is built anew around what was taken out of it. */
	private static final Map<Class<?>, NodeFactory> REBUILT = Map.of(Elvis.class, Elvis::new, CompoundExpression.class,
			CompoundExpression::new, OpPlus.class, OpPlus::new, OpMinus.class, OpMinus::new, OpMultiply.class,
			OpMultiply::new, OpDivide.class, OpDivide::new, OpModulus.class, OpModulus::new, OperatorPower.class,
			OperatorPower::new);

	/**
	 * What compares its children or looks up by them, so that their text cannot become
	 * part of the key. Arithmetic is not among them: {@code 'a' * 2} is a text.
	 */
	private static final Set<Class<?>> NO_PART_OF_THE_KEY = Set.of(OpEQ.class, OpNE.class, OpLT.class, OpLE.class,
			OpGT.class, OpGE.class, OperatorBetween.class, OperatorInstanceof.class, OperatorMatches.class, OpAnd.class,
			OpOr.class, OperatorNot.class, Indexer.class, Selection.class);

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
		if (!hasSum(node) || NO_PART_OF_THE_KEY.contains(node.getClass())) {
			return node;
		}
		if (node instanceof Ternary) {
			return new Ternary(start, end, child(node, 0), rewrite(child(node, 1)), rewrite(child(node, 2)));
		}
		if (node instanceof MethodReference call) {
			return new MethodReference(call.isNullSafe(), call.getName(), start, end, rewriteChildren(node));
		}
		NodeFactory factory = REBUILT.get(node.getClass());
		if (factory != null) {
			return factory.create(start, end, rewriteChildren(node));
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

	private static SpelNodeImpl child(SpelNode node, int index) {
		return (SpelNodeImpl) node.getChild(index);
	}

	/** Makes a node of its place in the text and its children. */
	@FunctionalInterface
	private interface NodeFactory {

		SpelNodeImpl create(int start, int end, SpelNodeImpl... children);

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
