package io.distributedlock.sample.payments;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How long the simulated neighbours of the service take.
 *
 * @param gatewayTime how long a charge takes
 * @param settlementTime how long a settlement takes
 */
@ConfigurationProperties("payments")
record PaymentsProperties(Duration gatewayTime, Duration settlementTime) {
}
