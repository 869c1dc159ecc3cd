package io.distributedlock.actuate.board;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import io.distributedlock.Lease;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockFigures;

/**
 * What happened to the locks of this node, and what it holds now, by name.
 */
final class NodeFigures {

	private final List<LockFigures> all;

	private final Map<Name, LockFigures> byName = new HashMap<>();

	private final Map<Name, Long> held = new HashMap<>();

	NodeFigures(List<LockFigures> all, List<Lease> leases) {
		this.all = all;
		all.forEach((figures) -> this.byName.put(Name.of(figures), figures));
		leases.forEach((lease) -> of(lease).ifPresent((figures) -> this.held.merge(Name.of(figures), 1L, Long::sum)));
	}

	List<LockFigures> all() {
		return this.all;
	}

	/**
	 * Returns the figures under which a lease is counted.
	 */
	Optional<LockFigures> of(Lease lease) {
		return Optional.ofNullable(this.byName.get(new Name(lease.name(), lease.provider())))
			.or(() -> Optional.ofNullable(this.byName.get(new Name(LockNames.OTHER, lease.provider()))));
	}

	long held(LockFigures figures) {
		return this.held.getOrDefault(Name.of(figures), 0L);
	}

	long sum(ToLongFunction<LockFigures> figure) {
		return this.all.stream().mapToLong(figure).sum();
	}

	private record Name(String name, String provider) {

		static Name of(LockFigures figures) {
			return new Name(figures.name(), figures.provider());
		}

	}

}
