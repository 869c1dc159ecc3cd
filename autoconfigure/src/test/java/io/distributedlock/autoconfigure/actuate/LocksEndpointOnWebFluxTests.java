package io.distributedlock.autoconfigure.actuate;

import org.springframework.boot.WebApplicationType;

/**
 * WebFlux on Netty.
 */
class LocksEndpointOnWebFluxTests extends LocksEndpointContract {

	LocksEndpointOnWebFluxTests() {
		super(WebApplicationType.REACTIVE);
	}

}
