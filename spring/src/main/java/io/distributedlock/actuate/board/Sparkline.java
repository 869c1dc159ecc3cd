package io.distributedlock.actuate.board;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.distributedlock.statistics.Interval;
import io.distributedlock.statistics.LockFigures;

/**
 * The last 5 minutes as columns, a strong one in front of a faint one for each interval.
 */
final class Sparkline {

	private static final int COLUMN = 4;

	private static final int HEIGHT = 28;

	private Sparkline() {
	}

	/**
	 * Draws how long acquisitions took, the mean in front of the longest.
	 */
	static Html latency(LockFigures figures) {
		List<Interval> recent = figures.recent();
		long acquisitions = recent.stream().mapToLong(Interval::acquisitions).sum();
		String mean = Units.duration(longest(recent.stream().map(Interval::mean).toList()));
		String longest = Units.duration(longest(recent.stream().map(Interval::max).toList()));
		return draw(recent, (interval) -> interval.mean().toNanos(), (interval) -> interval.max().toNanos(),
				(acquisitions == 0) ? "Acquisition time in the last 5 minutes: nobody asked for the lock"
						: "Acquisition time in the last 5 minutes, by 10 s: mean up to %s, longest %s".formatted(mean,
								longest));
	}

	/**
	 * Draws how many acquisitions found the lock held, in front of all acquisitions.
	 */
	static Html contention(LockFigures figures) {
		List<Interval> recent = figures.recent();
		long acquisitions = recent.stream().mapToLong(Interval::acquisitions).sum();
		long contended = recent.stream().mapToLong(Interval::contended).sum();
		return draw(recent, Interval::contended, Interval::acquisitions,
				(acquisitions + contended == 0) ? "Contention in the last 5 minutes: nobody asked for the lock"
						: "Contention in the last 5 minutes, by 10 s: %s acquisitions, %s found the lock held"
							.formatted(Units.count(acquisitions), Units.count(contended)));
	}

	private static Html draw(List<Interval> recent, ToDoubleFunction<Interval> strong, ToDoubleFunction<Interval> faint,
			String description) {
		double top = recent.stream()
			.mapToDouble((interval) -> Math.max(strong.applyAsDouble(interval), faint.applyAsDouble(interval)))
			.max()
			.orElse(0);
		int width = COLUMN * recent.size();
		return Html.of("""
				<svg class="sparkline" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>\
				<path class="base" d="M0 {}h{}"/><path class="faint" d="{}"/><path class="strong" d="{}"/></svg>""",
				width, HEIGHT + 1, description, HEIGHT + 0.5, width, columns(recent, faint, top),
				columns(recent, strong, top));
	}

	private static String columns(List<Interval> recent, ToDoubleFunction<Interval> value, double top) {
		StringBuilder path = new StringBuilder();
		for (int i = 0; i < recent.size(); i++) {
			double current = value.applyAsDouble(recent.get(i));
			if (current > 0) {
				// never so low that it cannot be seen
				double height = Math.max(1, HEIGHT * current / top);
				path.append(String.format(Locale.ROOT, "M%d %dv-%.1fh%dv%.1fz", COLUMN * i, HEIGHT, height, COLUMN - 1,
						height));
			}
		}
		return path.toString();
	}

	private static Duration longest(List<Duration> durations) {
		return durations.stream().max(Duration::compareTo).orElse(Duration.ZERO);
	}

}
