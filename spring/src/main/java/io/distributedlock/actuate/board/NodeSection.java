package io.distributedlock.actuate.board;

import java.time.Duration;
import java.util.Map;

import io.distributedlock.actuate.StoreAnswer;
import io.distributedlock.statistics.LockFigures;

import org.springframework.util.StringUtils;

/**
 * This node, its stores and the few numbers that are looked at first.
 */
final class NodeSection {

	private NodeSection() {
	}

	static Html render(Board board) {
		return Html.of("""
				{}<section class="tiles" aria-label="At a glance">
				{}{}{}{}{}</section>
				<section class="card" aria-label="This node">
				<dl class="facts">
				<div><dt>Node</dt><dd>{}</dd></div>
				<div><dt>Provider</dt><dd>{}</dd></div>
				<div><dt>Key prefix</dt><dd>{}</dd></div>
				<div><dt>Time</dt><dd><time datetime="{}">{}</time></dd></div>
				<div class="wide"><dt>Guarantee</dt><dd>{}</dd></div>
				</dl>
				</section>
				""", board.stores().entrySet().stream().map(NodeSection::outage).toList(), stores(board),
				tile("Held in the cluster", heldInCluster(board), ""),
				tile("Held here", Units.count(board.figures().sum(board.figures()::held)), ""),
				tile("Waiting here", Units.count(board.figures().sum(LockFigures::waiting)), ""),
				lost(board.figures().sum(LockFigures::lost)), Html.written(board.node()),
				Html.written(board.provider()), board.keyPrefix().isEmpty() ? "none" : Html.written(board.keyPrefix()),
				board.at(), Units.dateAndTime(board.at()),
				board.guarantee()
					.map((guarantee) -> Html.written(StringUtils.capitalize(guarantee) + "."))
					.orElse(Html.of("The provider does not tell what it guarantees.")));
	}

	private static Html tile(String label, Object value, String look) {
		return Html.of("""
				<div class="tile {}"><span class="label">{}</span> <span class="value">{}</span></div>
				""", look, label, value);
	}

	private static Html stores(Board board) {
		return Html.of("""
				<div class="tile stores"><span class="label">{}</span> {}</div>
				""", (board.stores().size() == 1) ? "Store" : "Stores",
				board.stores().entrySet().stream().map((store) -> store(board, store)).toList());
	}

	private static Html store(Board board, Map.Entry<String, StoreAnswer<Duration>> store) {
		Html name = (board.stores().size() == 1) ? Html.NOTHING
				: Html.of("<span class=\"name\">{}</span> ", Html.written(store.getKey()));
		if (store.getValue() instanceof StoreAnswer.Given<Duration> given) {
			return Html.of("<span class=\"value up\">{}Up <span class=\"aside\">{}</span></span>", name,
					Units.duration(given.value()));
		}
		return (store.getValue() instanceof StoreAnswer.Failed<Duration>)
				? Html.of("<span class=\"value down\">{}Down</span>", name)
				: Html.of("<span class=\"value\">{}Unknown <span class=\"aside\">cannot be asked</span></span>", name);
	}

	private static Html outage(Map.Entry<String, StoreAnswer<Duration>> store) {
		return (store.getValue() instanceof StoreAnswer.Failed<Duration> failed) ? Html.of("""
				<section class="card outage" aria-label="Outage">
				<h2>The store of provider {} does not work</h2>
				<p>{}</p>
				<p>Shown below is what this node knows without it.</p>
				</section>
				""", Html.written(store.getKey()), Html.written(failed.reason())) : Html.NOTHING;
	}

	private static String heldInCluster(Board board) {
		if (board.held() instanceof StoreAnswer.Given<HeldLocks> given) {
			int count = given.value().locks().size();
			return (count > Board.MOST_LOCKS) ? "over " + Board.MOST_LOCKS : Units.count(count);
		}
		return Units.NONE;
	}

	private static Html lost(long lost) {
		return tile("Leases lost here", Units.count(lost), (lost > 0) ? "alarm" : "");
	}

}
