package io.distributedlock.actuate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import io.distributedlock.Lease;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockFigures;

/**
 * What happened to the locks of this node, and what it holds now, by name. Immutable.
 */
public final class NodeFigures {

	private final List<LockFigures> all;

	private final Map<Name, LockFigures> byName = new HashMap<>();

	private final Map<Name, Long> held = new HashMap<>();

	/**
	 * Creates an instance.
	 * @param all what happened, by name
	 * @param leases what the node holds
	 */
	public NodeFigures(List<LockFigures> all, List<Lease> leases) {
		this.all = all;
		all.forEach((figures) -> this.byName.put(Name.of(figures), figures));
		leases.forEach(
				(lease) -> countedAs(lease).ifPresent((figures) -> this.held.merge(Name.of(figures), 1L, Long::sum)));
	}

	/**
	 * Returns what happened.
	 * @return the figures, by name
	 */
	public List<LockFigures> all() {
		return this.all;
	}

	/**
	 * Returns how many leases are held under a name.
	 * @param figures the figures of the name
	 * @return the number of leases
	 */
	public long held(LockFigures figures) {
		return this.held.getOrDefault(Name.of(figures), 0L);
	}

	/**
	 * Adds up what happened under all names.
	 * @param figure what to add
	 * @return the sum
	 */
	public long sum(ToLongFunction<LockFigures> figure) {
		return this.all.stream().mapToLong(figure).sum();
	}

	/** Names beyond the limit are counted as one. */
	private Optional<LockFigures> countedAs(Lease lease) {
		return Optional.ofNullable(this.byName.get(new Name(lease.name(), lease.provider())))
			.or(() -> Optional.ofNullable(this.byName.get(new Name(LockNames.OTHER, lease.provider()))));
	}

	private record Name(String name, String provider) {

		static Name of(LockFigures figures) {
			return new Name(figures.name(), figures.provider());
		}

	}

}
