package io.distributedlock.key;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * Finds names in a parsed expression that mean nothing: SpEL would take an unknown
 * {@code #name} for null at each call.
 */
final class NameCheck {

	private static final Set<String> ROOT_PROPERTIES = Set.of("method", "methodName", "args", "target", "targetClass",
			"class");

	private static final Set<String> ROOT_METHODS = Arrays.stream(LockKeyRoot.class.getMethods())
		.map((method) -> method.getName())
		.collect(Collectors.toUnmodifiableSet());

	private final MethodVariables variables;

	NameCheck(MethodVariables variables) {
		this.variables = variables;
	}

	/**
	 * Checks an expression.
	 * @param node its root
	 * @throws UnknownNameException if a name in it is unknown
	 */
	void check(SpelNode node) {
		check(node, Scope.ROOT);
	}

	private void check(SpelNode node, Scope scope) {
		if (node instanceof VariableReference) {
			checkVariable(node.toStringAST().substring(1));
		}
		else if (node instanceof FunctionReference) {
			throw new UnknownNameException("calls the unknown function '%s'".formatted(node.toStringAST()),
					"Call a bean or a type instead: \"@bean.method(..)\" or \"T(type).method(..)\"");
		}
		else if (node instanceof PropertyOrFieldReference property && scope == Scope.ROOT) {
			checkRootProperty(property.getName());
		}
		else if (node instanceof MethodReference call && scope == Scope.ROOT
				&& !ROOT_METHODS.contains(call.getName())) {
			throw new UnknownNameException("calls the unknown method '%s(..)'".formatted(call.getName()),
					"For a method of the bean, write \"target.%s(..)\"".formatted(call.getName()));
		}
		checkChildren(node, (node instanceof Selection || node instanceof Projection) ? Scope.ELEMENT : scope);
	}

	private void checkChildren(SpelNode node, Scope scope) {
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			boolean text = child instanceof PropertyOrFieldReference
					&& (node instanceof Indexer || (node instanceof InlineMap && i % 2 == 0));
			boolean member = node instanceof CompoundExpression && i > 0;
			if (member && child instanceof MethodReference) {
				checkChildren(child, scope);
			}
			else if (!text && !(member && child instanceof PropertyOrFieldReference)) {
				check(child, scope);
			}
		}
	}

	private void checkVariable(String name) {
		if (name.equals("root") || name.equals("this") || this.variables.contains(name)) {
			return;
		}
		if (name.equals("result")) {
			throw new UnknownNameException("refers to #result, but the key is needed before the method runs",
					"Write a key of the arguments: " + this.variables.listing());
		}
		if (this.variables.namesAreMissing()) {
			throw new UnknownNameException(
					"refers to #%s, but the names of the method's parameters are unknown".formatted(name),
					"Compile with -parameters, or write #p0 for the first argument");
		}
		throw new UnknownNameException("refers to the unknown name #" + name,
				"Known names are " + this.variables.listing());
	}

	private void checkRootProperty(String name) {
		if (ROOT_PROPERTIES.contains(name)) {
			return;
		}
		String fix = this.variables.contains(name) ? "write \"#%s\"".formatted(name)
				: "known names are %s, and of the root object method, methodName, args, target and targetClass"
					.formatted(this.variables.listing());
		throw new UnknownNameException("refers to the unknown name '%s'".formatted(name),
				"Put texts in quotes; for an argument, " + fix);
	}

	private enum Scope {

		ROOT, ELEMENT

	}

	/** An expression has a name that means nothing. */
	static final class UnknownNameException extends RuntimeException {

		private final String problem;

		private final String fix;

		UnknownNameException(String problem, String fix) {
			super(problem);
			this.problem = problem;
			this.fix = fix;
		}

		String problem() {
			return this.problem;
		}

		String fix() {
			return this.fix;
		}

	}

}
