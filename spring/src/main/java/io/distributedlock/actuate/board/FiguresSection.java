package io.distributedlock.actuate.board;

import java.time.Duration;

import io.distributedlock.statistics.DurationSummary;
import io.distributedlock.statistics.Interval;
import io.distributedlock.statistics.LockFigures;

/**
 * What happened to the locks of this node, a row per name.
 */
final class FiguresSection {

	private FiguresSection() {
	}

	static Html render(Board board) {
		return Html.of("""
				<section aria-labelledby="figures-title">
				<h2 id="figures-title">Locks of this node</h2>
				{}</section>
				""", board.figures().all().isEmpty() ? Html.of("""
				<p class="card empty">No lock was declared or asked for on this node yet.</p>
				""") : table(board));
	}

	private static Html table(Board board) {
		return Html.of("""
				<p class="hint">Counts and means since this node started; percentiles, longest times and charts of the
				last 5 minutes. A column of a chart is 10 s: its strong part shows who found the lock held, and the mean
				time; its faint part all who asked, and the longest time.</p>
				<div class="card scroll" tabindex="0" role="region" aria-labelledby="figures-title">
				<table class="figures" role="table">
				<caption>What happened to the locks of this node, by name</caption>
				<thead role="rowgroup">
				<tr role="row">
				<th scope="col" role="columnheader" rowspan="2">Name</th>
				<th scope="col" role="columnheader" rowspan="2" class="number">Acquired</th>
				<th scope="colgroup" role="columnheader" colspan="2" class="group">Contention</th>
				<th scope="colgroup" role="columnheader" colspan="4" class="group">Time to acquire</th>
				<th scope="colgroup" role="columnheader" colspan="2" class="group">Time held</th>
				<th scope="colgroup" role="columnheader" colspan="2" class="group">Now</th>
				<th scope="colgroup" role="columnheader" colspan="2" class="group">Trouble</th>
				</tr>
				<tr role="row">
				<th scope="col" role="columnheader" class="number">Ratio</th>
				<th scope="col" role="columnheader">5 minutes</th>
				<th scope="col" role="columnheader" class="number">p50</th>
				<th scope="col" role="columnheader" class="number">p95</th>
				<th scope="col" role="columnheader" class="number">p99</th>
				<th scope="col" role="columnheader">5 minutes</th>
				<th scope="col" role="columnheader" class="number">Mean</th>
				<th scope="col" role="columnheader" class="number">Longest</th>
				<th scope="col" role="columnheader" class="number">Held</th>
				<th scope="col" role="columnheader" class="number">Waiting</th>
				<th scope="col" role="columnheader" class="number">Lost</th>
				<th scope="col" role="columnheader" class="number">Errors</th>
				</tr>
				</thead>
				<tbody role="rowgroup">
				{}</tbody>
				</table>
				</div>
				""", board.figures().all().stream().map((figures) -> row(board, figures)).toList());
	}

	private static Html row(Board board, LockFigures figures) {
		boolean asked = figures.acquired() + figures.notAcquired() > 0;
		boolean askedRecently = figures.recent().stream().mapToLong(Interval::acquisitions).sum() > 0;
		DurationSummary hold = figures.hold();
		return Html.of("""
				<tr role="row">
				<th scope="row" role="rowheader"><span class="key">{}</span>{}</th>
				<td role="cell" data-label="Acquired" class="number"><span>{}{}</span></td>
				<td role="cell" data-label="Contention" class="number">{}</td>
				<td role="cell" data-label="5 minutes">{}</td>
				<td role="cell" data-label="p50" class="number">{}</td>
				<td role="cell" data-label="p95" class="number">{}</td>
				<td role="cell" data-label="p99" class="number">{}</td>
				<td role="cell" data-label="Time to acquire, 5 minutes" class="wide">{}</td>
				<td role="cell" data-label="Held, mean" class="number">{}</td>
				<td role="cell" data-label="Held, longest" class="number">{}</td>
				<td role="cell" data-label="Held now" class="number">{}</td>
				<td role="cell" data-label="Waiting now" class="number">{}</td>
				<td role="cell" data-label="Lost" class="number">{}</td>
				<td role="cell" data-label="Errors" class="number">{}</td>
				</tr>
				""", Html.written(figures.name()), provider(board, figures), Units.count(figures.acquired()),
				notAcquired(figures), asked ? Units.percent(figures.contentionRatio()) : quiet(Units.NONE),
				Sparkline.contention(figures), latency(askedRecently, figures.latency().p50()),
				latency(askedRecently, figures.latency().p95()), latency(askedRecently, figures.latency().p99()),
				Sparkline.latency(figures), latency(hold.count() > 0, hold.mean()),
				latency(hold.count() > 0 && !hold.max().isZero(), hold.max()),
				quietIfZero(board.figures().held(figures)), quietIfZero(figures.waiting()), alarming(figures.lost()),
				alarming(figures.errors()));
	}

	private static Html provider(Board board, LockFigures figures) {
		return figures.provider().equals(board.provider()) ? Html.NOTHING
				: Html.of("<span class=\"aside\">on {}</span>", Html.written(figures.provider()));
	}

	private static Html notAcquired(LockFigures figures) {
		return (figures.notAcquired() == 0) ? Html.NOTHING
				: Html.of("<span class=\"aside\">{} refused</span>", Units.count(figures.notAcquired()));
	}

	private static Object latency(boolean known, Duration duration) {
		return known ? Units.duration(duration) : quiet(Units.NONE);
	}

	private static Object quietIfZero(long count) {
		return (count == 0) ? quiet("0") : Units.count(count);
	}

	private static Html alarming(long count) {
		return (count == 0) ? quiet("0") : Html.of("<strong class=\"alarm\">{}</strong>", Units.count(count));
	}

	private static Html quiet(String text) {
		return Html.of("<span class=\"quiet\">{}</span>", text);
	}

}
