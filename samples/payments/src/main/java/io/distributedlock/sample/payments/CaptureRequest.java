package io.distributedlock.sample.payments;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A line of {@code requests.csv}.
 *
 * @param paymentId the payment to capture
 * @param amount what the customer pays
 */
public record CaptureRequest(long paymentId, BigDecimal amount) {

	private static final String FILE = "/requests.csv";

	/**
	 * Reads the file. Many payments occur more than once in it.
	 * @return the requests, in the order of their arrival
	 */
	public static List<CaptureRequest> readAll() {
		try (InputStream file = CaptureRequest.class.getResourceAsStream(FILE);
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(Objects.requireNonNull(file, FILE), StandardCharsets.UTF_8))) {
			return reader.lines().filter((line) -> !line.startsWith("#")).map(CaptureRequest::parse).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static CaptureRequest parse(String line) {
		int comma = line.indexOf(',');
		return new CaptureRequest(Long.parseLong(line.substring(0, comma)), new BigDecimal(line.substring(comma + 1)));
	}

}
