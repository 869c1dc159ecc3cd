package io.distributedlock.actuate.board;

import java.util.Collection;
import java.util.function.Supplier;

import io.distributedlock.engine.LockEngine;
import io.distributedlock.statistics.LockStatistics;
import io.distributedlock.time.TimeSource;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.function.SingletonSupplier;

/**
 * A page in HTML that needs nothing from elsewhere: the locks the cluster holds, and what
 * happened to the locks of this node. Thread-safe.
 */
@WebEndpoint(id = "distributedlockboard", defaultAccess = Access.READ_ONLY)
public final class LockBoardEndpoint {

	private final SingletonSupplier<BoardSource> source;

	private final BoardPage page = new BoardPage();

	private final Supplier<? extends Collection<ExposableWebEndpoint>> webEndpoints;

	/**
	 * Creates an instance.
	 * @param engine the locks, asked for when a page is
	 * @param statistics asked for the figures
	 * @param webEndpoints the endpoints that are exposed, asked when a page is: locks can
	 * be released by force if {@code distributedlocks} is among them and may be written
	 */
	public LockBoardEndpoint(Supplier<LockEngine> engine, LockStatistics statistics,
			Supplier<? extends Collection<ExposableWebEndpoint>> webEndpoints) {
		this.source = SingletonSupplier.of(() -> new BoardSource(engine.get(), statistics, TimeSource.system()));
		this.webEndpoints = webEndpoints;
	}

	/**
	 * Returns the page. Waits for stores no longer than the store timeout.
	 * @return HTML
	 */
	@ReadOperation(produces = "text/html;charset=UTF-8")
	public String board() {
		return this.page.render(this.source.obtain().look(), ReleasePath.among(this.webEndpoints.get()));
	}

}
