package io.distributedlock.actuate.board;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.actuate.StoreAnswer;

/**
 * The locks that the cluster holds.
 */
final class HeldLocksSection {

	private HeldLocksSection() {
	}

	static Html render(Board board, Optional<String> releasePath) {
		return Html.of("""
				<section aria-labelledby="held-title">
				<h2 id="held-title">Held now</h2>
				{}</section>
				""", content(board, releasePath));
	}

	private static Html content(Board board, Optional<String> releasePath) {
		if (board.held() instanceof StoreAnswer.Given<HeldLocks> given) {
			return given.value().locks().isEmpty() ? Html.of("""
					<p class="card empty">No lock is held now.{}</p>
					""", listedBefore(board, given.value())) : table(board, given.value(), releasePath);
		}
		return (board.held() instanceof StoreAnswer.Failed<HeldLocks> failed)
				? Html.of("<p class=\"card empty trouble\">The held locks could not be listed: {}</p>\n",
						Html.written(failed.reason()))
				: Html.of("<p class=\"card empty\">The store of provider {} cannot list its locks.</p>\n",
						Html.written(board.provider()));
	}

	private static Html table(Board board, HeldLocks held, Optional<String> releasePath) {
		List<Html> rows = held.locks()
			.stream()
			.limit(Board.MOST_LOCKS)
			.map((lock) -> row(board, held, lock, releasePath))
			.toList();
		return Html.of("""
				<p class="hint">By the whole cluster, those that end first on top. A bar is full at the longest
				remaining time seen of a lease; one that is renewed keeps about two thirds or more.{}{}</p>
				{}<div class="card scroll" tabindex="0" role="region" aria-labelledby="held-title">
				<table class="held" role="table">
				<caption>Locks that are held now</caption>
				<thead role="rowgroup"><tr role="row">
				<th scope="col" role="columnheader">Lock</th>
				<th scope="col" role="columnheader">Holder</th>
				<th scope="col" role="columnheader" class="number">Fencing token</th>
				<th scope="col" role="columnheader">Since</th>
				<th scope="col" role="columnheader">Remaining lease</th>
				{}</tr></thead>
				<tbody role="rowgroup">
				{}</tbody>
				</table>
				</div>
				""", whoseLocks(board), listedBefore(board, held), moreLocks(held.locks()),
				releasePath.isPresent()
						? Html
							.of("""
									<th scope="col" role="columnheader" class="release"><span class="unseen">Force release</span></th>
									""")
						: Html.NOTHING,
				rows);
	}

	private static Html whoseLocks(Board board) {
		return (board.stores().size() > 1)
				? Html.of(" Only those of provider {} are listed.", Html.written(board.provider())) : Html.NOTHING;
	}

	private static Html listedBefore(Board board, HeldLocks held) {
		return held.at().plusSeconds(1).isBefore(board.at())
				? Html.of(" Listed at {}.", Units.timeBefore(board.at(), held.at())) : Html.NOTHING;
	}

	private static Html moreLocks(List<HeldLock> locks) {
		return (locks.size() > Board.MOST_LOCKS) ? Html.of("""
				<p class="hint more">More than {} locks are held: these are some of them.</p>
				""", Board.MOST_LOCKS) : Html.NOTHING;
	}

	private static Html row(Board board, HeldLocks held, HeldLock lock, Optional<String> releasePath) {
		LockInfo info = lock.info();
		return Html.of("""
				<tr role="row" id="lock-{}-{}">
				<th scope="row" role="rowheader"><span class="key">{}</span>{}{}</th>
				<td role="cell" data-label="Holder" class="holder"><span>{}{}</span></td>
				<td role="cell" data-label="Fencing token" class="number token">{}</td>
				<td role="cell" data-label="Since"><span>{} <span class="aside">{}</span></span></td>
				<td role="cell" data-label="Remaining lease" class="remaining">{}</td>
				{}</tr>
				""", info.fencingToken(), Integer.toHexString(info.key().hashCode()), Html.written(info.key()),
				lock.lease().map(HeldLocksSection::name).orElse(Html.NOTHING), waiting(lock), Html.written(info.node()),
				info.node().equals(board.node()) ? Html.of(" <span class=\"tag\">this node</span>") : Html.NOTHING,
				info.fencingToken(),
				Html.of("<time datetime=\"{}\" title=\"{}\">{}</time>", info.acquiredAt(),
						Units.dateAndTime(info.acquiredAt()), Units.timeBefore(board.at(), info.acquiredAt())),
				Units.duration(age(held, info)), bar(lock),
				releasePath.isPresent() ? releaseButton(info) : Html.NOTHING);
	}

	private static Html name(Lease lease) {
		return Html.of("<span class=\"aside\">{}</span>", Html.written(lease.name()));
	}

	private static Html waiting(HeldLock lock) {
		return (lock.waiting() > 0)
				? Html.of("<span class=\"aside\">{} waiting here</span>", Units.count(lock.waiting())) : Html.NOTHING;
	}

	private static Html bar(HeldLock lock) {
		double share = lock.remainingShare();
		String width = String.format(Locale.ROOT, "%.1f%%", 100 * share);
		return Html.of("""
				<span class="time">{}</span><svg class="bar{}" width="100%" height="6" aria-hidden="true">\
				<rect class="track" width="100%" height="6" rx="3"/><rect class="left" width="{}" height="6" rx="3"/>\
				</svg>""", Units.duration(lock.info().remaining()), (share < 0.5) ? " ending" : "", width);
	}

	private static Html releaseButton(LockInfo info) {
		return Html.of("""
				<td role="cell" class="release"><button type="button" data-key="{}" data-token="{}">Force release\
				<span class="unseen"> of {}</span></button></td>
				""", info.key(), info.fencingToken(), Html.written(info.key()));
	}

	/** Clocks differ: what was granted in our future was granted just now. */
	private static Duration age(HeldLocks held, LockInfo info) {
		Duration age = Duration.between(info.acquiredAt(), held.at());
		return age.isNegative() ? Duration.ZERO : age;
	}

}
