package io.distributedlock.autoconfigure.actuate;

import org.springframework.boot.WebApplicationType;

/**
 * Spring MVC on Tomcat.
 */
class LocksEndpointOnMvcTests extends LocksEndpointContract {

	LocksEndpointOnMvcTests() {
		super(WebApplicationType.SERVLET);
	}

}
