package io.durablespring.spi;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * Where a page of instances ended, for {@link InstanceQueries} to go on from. It names
 * the last instance instead of counting, so that rows which come or go in between neither
 * repeat nor hide others.
 *
 * @param createdAt when the page's last instance was created
 * @param instanceId the id of the page's last instance
 */
public record PageToken(Instant createdAt, String instanceId) {

	/**
	 * The token as opaque text that is safe in a URL.
	 * @return the text
	 */
	public String encode() {
		byte[] text = (this.createdAt + " " + this.instanceId).getBytes(StandardCharsets.UTF_8);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
	}

	/**
	 * Reads a token.
	 * @param text what {@link #encode()} returned
	 * @return the token
	 * @throws IllegalArgumentException if it is not one of ours
	 */
	public static PageToken decode(String text) {
		try {
			String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
			if (parts.length == 2) {
				return new PageToken(Instant.parse(parts[0]), parts[1]);
			}
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			// Told below, in the caller's terms.
		}
		throw new IllegalArgumentException("'" + text + "' is not a continuation token of an instance query");
	}

}
