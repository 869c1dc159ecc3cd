package io.distributedlock.sample.payments;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * One node of the payments service.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class PaymentsApplication {

	/**
	 * Starts a node.
	 * @param args command line properties, such as {@code --server.port=8084}
	 */
	public static void main(String[] args) {
		SpringApplication.run(PaymentsApplication.class, args);
	}

}
