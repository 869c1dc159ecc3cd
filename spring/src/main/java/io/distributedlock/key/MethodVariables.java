package io.distributedlock.key;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.util.ClassUtils;

/**
 * The names by which an expression can refer to a method's arguments.
 *
 * @param names the parameter names in order, empty if they are unknown
 * @param indexes the position of each name, {@code p0} and {@code a0} included
 * @param count the number of arguments that an expression can refer to
 */
record MethodVariables(List<String> names, Map<String, Integer> indexes, int count) {

	private static final ParameterNameDiscoverer DISCOVERER = new DefaultParameterNameDiscoverer();

	static MethodVariables of(LockedMethod locked) {
		Method method = locked.method();
		@Nullable String @Nullable [] names = DISCOVERER.getParameterNames(method);
		if (names == null) {
			// A lambda's method has no names of its own.
			names = DISCOVERER.getParameterNames(ClassUtils.getInterfaceMethodIfPossible(method, locked.userClass()));
		}
		Map<String, Integer> indexes = new HashMap<>();
		int count = locked.parameterTypes().size();
		for (int i = 0; i < count; i++) {
			indexes.put("p" + i, i);
			indexes.put("a" + i, i);
		}
		List<String> known = (names != null) ? List.of(names).subList(0, count) : List.of();
		for (int i = 0; i < known.size(); i++) {
			indexes.put(known.get(i), i);
		}
		return new MethodVariables(known, Map.copyOf(indexes), count);
	}

	boolean contains(String name) {
		return this.indexes.containsKey(name);
	}

	/** Leaves out what Kotlin's compiler added. */
	@Nullable Object[] known(@Nullable Object[] arguments) {
		return (arguments.length > this.count) ? Arrays.copyOf(arguments, this.count) : arguments;
	}

	boolean namesAreMissing() {
		return this.names.isEmpty() && !this.indexes.isEmpty();
	}

	/** Lists what an expression may refer to. */
	String listing() {
		return Stream
			.concat(Stream.concat(this.names.stream(), this.indexes.keySet().stream().sorted()).distinct(),
					Stream.of("root"))
			.map((name) -> "#" + name)
			.collect(Collectors.joining(", "));
	}

}
