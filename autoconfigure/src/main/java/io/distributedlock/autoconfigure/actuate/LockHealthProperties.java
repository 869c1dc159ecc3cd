package io.distributedlock.autoconfigure.actuate;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Health of the stores of locks.
 *
 * @param latencyThreshold How long a store may take to answer. If it takes longer, it is
 * slow.
 * @param slowProbes How many times in a row a store has to be slow to be down.
 */
@ConfigurationProperties("management.health.distributed-lock")
public record LockHealthProperties(@DefaultValue("1s") Duration latencyThreshold, @DefaultValue("3") int slowProbes) {
}
