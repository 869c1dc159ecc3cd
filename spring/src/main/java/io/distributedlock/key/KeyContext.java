package io.distributedlock.key;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.IndexAccessor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;

/**
 * What one evaluation sees: the call's arguments and the sums of its expression as
 * variables, and what all evaluations share. Nothing can be assigned.
 */
final class KeyContext implements EvaluationContext {

	private final EvaluationContext shared;

	private final TypedValue root;

	private final MethodVariables variables;

	private final @Nullable Object[] arguments;

	private final Map<String, Sum> sums;

	KeyContext(EvaluationContext shared, LockKeyRoot root, MethodVariables variables, Map<String, Sum> sums) {
		this.shared = shared;
		this.root = new TypedValue(root);
		this.variables = variables;
		this.arguments = root.getArgs();
		this.sums = sums;
	}

	@Override
	public @Nullable Object lookupVariable(String name) {
		Integer index = this.variables.indexes().get(name);
		if (index != null) {
			return this.arguments[index];
		}
		Sum sum = this.sums.get(name);
		return (sum != null) ? sum.evaluate(this) : null;
	}

	@Override
	public void setVariable(String name, @Nullable Object value) {
		throw new UnsupportedOperationException("A key expression cannot set #" + name);
	}

	@Override
	public boolean isAssignmentEnabled() {
		return false;
	}

	@Override
	public TypedValue getRootObject() {
		return this.root;
	}

	@Override
	public List<PropertyAccessor> getPropertyAccessors() {
		return this.shared.getPropertyAccessors();
	}

	@Override
	public List<IndexAccessor> getIndexAccessors() {
		return this.shared.getIndexAccessors();
	}

	@Override
	public List<ConstructorResolver> getConstructorResolvers() {
		return this.shared.getConstructorResolvers();
	}

	@Override
	public List<MethodResolver> getMethodResolvers() {
		return this.shared.getMethodResolvers();
	}

	@Override
	public @Nullable BeanResolver getBeanResolver() {
		return this.shared.getBeanResolver();
	}

	@Override
	public TypeLocator getTypeLocator() {
		return this.shared.getTypeLocator();
	}

	@Override
	public TypeConverter getTypeConverter() {
		return this.shared.getTypeConverter();
	}

	@Override
	public TypeComparator getTypeComparator() {
		return this.shared.getTypeComparator();
	}

	@Override
	public OperatorOverloader getOperatorOverloader() {
		return this.shared.getOperatorOverloader();
	}

}
