package io.distributedlock.autoconfigure.actuate.board;

import io.distributedlock.actuate.board.LockBoardEndpoint;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.metrics.LockStatisticsConfiguration;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.statistics.LockStatistics;
import io.micrometer.core.instrument.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.util.HtmlUtils;

/**
 * Auto-configuration of the page that shows the locks, where it is exposed.
 */
@AutoConfiguration(after = DistributedLockAutoConfiguration.class)
@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, WebEndpointsSupplier.class, HtmlUtils.class, Clock.class })
@ConditionalOnAvailableEndpoint(LockBoardEndpoint.class)
@ConditionalOnBean(LockEngine.class)
@Import(LockStatisticsConfiguration.class)
public final class LockBoardAutoConfiguration {

	/** A test may put something else in the place of the engine. */
	@Bean
	@ConditionalOnMissingBean
	LockBoardEndpoint distributedLockBoard(ObjectProvider<LockEngine> engine, LockStatistics statistics,
			ObjectProvider<WebEndpointsSupplier> webEndpoints) {
		return new LockBoardEndpoint(engine::getObject, statistics,
				() -> webEndpoints.stream().flatMap((supplier) -> supplier.getEndpoints().stream()).toList());
	}

}
