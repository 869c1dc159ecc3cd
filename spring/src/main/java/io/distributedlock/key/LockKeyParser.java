package io.distributedlock.key;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.NativeDetector;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeLocator;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.InvalidLockAnnotationException;

/**
 * Makes a {@link LockKey} of what an annotation says. Thread-safe.
 */
public final class LockKeyParser {

	private final SpelParserConfiguration configuration;

	private final SpelExpressionParser parser;

	private final EvaluationContext shared;

	private final KeyAttribute attribute;

	/**
	 * Creates a parser of the keys of locks.
	 * @param beanFactory where expressions find beans
	 */
	public LockKeyParser(ConfigurableBeanFactory beanFactory) {
		this(beanFactory, KeyAttribute.KEY);
	}

	/**
	 * Creates a parser.
	 * @param beanFactory where expressions find beans
	 * @param attribute where the keys are written
	 */
	public LockKeyParser(ConfigurableBeanFactory beanFactory, KeyAttribute attribute) {
		this.attribute = attribute;
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		this.configuration = new SpelParserConfiguration(
				NativeDetector.inNativeImage() ? SpelCompilerMode.OFF : SpelCompilerMode.MIXED, classLoader);
		this.parser = new SpelExpressionParser(this.configuration);
		StandardEvaluationContext context = new StandardEvaluationContext();
		context.setBeanResolver(new BeanFactoryResolver(beanFactory));
		context.setTypeLocator(new StandardTypeLocator(classLoader));
		this.shared = context;
	}

	/**
	 * Parses a key.
	 * @param raw the key as written, which decides what kind it is
	 * @param text the same with its placeholders resolved
	 * @param method the annotated method
	 * @return the key of each call
	 * @throws InvalidLockAnnotationException if it cannot work
	 */
	public LockKey parse(String raw, String text, LockedMethod method) {
		MethodVariables variables = MethodVariables.of(method);
		return switch (KeyKind.of(raw)) {
			case LITERAL -> literal(raw, text, method, variables);
			case EXPRESSION -> expression(raw, text, null, method, variables);
			case TEMPLATE -> expression(raw, text, ParserContext.TEMPLATE_EXPRESSION, method, variables);
		};
	}

	/**
	 * Makes the key of all calls of a method.
	 * @param key the key
	 * @param method the annotated method
	 * @return the same key for each call
	 * @throws InvalidLockAnnotationException if it is no valid key
	 */
	public LockKey fixed(String key, LockedMethod method) {
		return fixed(key, key, method);
	}

	private LockKey literal(String raw, String text, LockedMethod method, MethodVariables variables) {
		for (String name : namesThatAreNoLiterals(variables)) {
			String rest = text.startsWith(name) ? text.substring(name.length()) : "-";
			if (rest.isEmpty() || rest.startsWith(".") || rest.startsWith("[")) {
				String expression = (variables.contains(name) || name.equals("root")) ? "#" + text : "#root." + text;
				throw invalid(raw, method, "is a literal, the same for all calls, but starts with '%s'".formatted(name),
						"For the value, write \"%s\"; for the text, \"'%s'\"".formatted(expression, text));
			}
			if (text.contains("{" + name + "}")) {
				throw invalid(raw, method, "is a literal, the same for all calls, but contains '{%s}'".formatted(name),
						"For the value, write \"%s\"; for the text, \"'%s'\""
							.formatted(text.replace("{" + name + "}", "#{#" + name + "}"), text));
			}
		}
		return fixed(raw, text, method);
	}

	private LockKey fixed(String raw, String text, LockedMethod method) {
		try {
			String key = LockRequest.of(text).key();
			return (target, arguments) -> key;
		}
		catch (InvalidLockKeyException ex) {
			throw invalid(raw, method, "is no valid key: " + ex.getMessage(), "Write another");
		}
	}

	private static Set<String> namesThatAreNoLiterals(MethodVariables variables) {
		Set<String> names = new LinkedHashSet<>(variables.names());
		names.addAll(variables.indexes().keySet());
		names.add("args");
		names.add("root");
		return names;
	}

	private LockKey expression(String raw, String text, @Nullable ParserContext context, LockedMethod method,
			MethodVariables variables) {
		NameCheck names = new NameCheck(variables);
		SumExtraction sums = new SumExtraction(this.configuration);
		List<ExpressionKey.Part> parts = new ArrayList<>();
		try {
			for (Expression expression : split(this.parser.parseExpression(text, context))) {
				if (expression instanceof SpelExpression spel) {
					names.check(spel.getAST());
					parts.add(new ExpressionKey.Expression(sums.rewrite(spel)));
				}
				else {
					parts.add(new ExpressionKey.Text(expression.getExpressionString()));
				}
			}
		}
		catch (ParseException | IllegalArgumentException | IllegalStateException ex) {
			throw invalid(raw, method, "is no valid expression: " + ex.getMessage(),
					"A text with values in it is a template: \"order:#{#id}\"");
		}
		catch (NameCheck.UnknownNameException ex) {
			throw invalid(raw, method, ex.problem(), ex.fix());
		}
		catch (SumExtraction.UnsupportedSumException ex) {
			throw invalid(raw, method, ex.problem(), "Write a template, \"#{..}:#{..}\", or call a method");
		}
		return new ExpressionKey(method, variables, List.copyOf(parts), sums.sums(), this.shared, this.attribute);
	}

	private static Expression[] split(Expression expression) {
		return (expression instanceof CompositeStringExpression composite) ? composite.getExpressions()
				: new Expression[] { expression };
	}

	private InvalidLockAnnotationException invalid(String raw, LockedMethod method, String problem, String fix) {
		return this.attribute.invalid(raw, method, problem, fix);
	}

	private enum KeyKind {

		LITERAL, EXPRESSION, TEMPLATE;

		static KeyKind of(String raw) {
			if (raw.contains("#{")) {
				return TEMPLATE;
			}
			return (raw.contains("#") || raw.startsWith("@") || raw.startsWith("'")) ? EXPRESSION : LITERAL;
		}

	}

}
