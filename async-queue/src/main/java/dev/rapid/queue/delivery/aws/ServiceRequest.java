package dev.rapid.queue.delivery.aws;

import java.net.URI;
import java.util.SortedMap;

/**
 * A POST request to a service.
 *
 * @param headers by name in lower case, without {@code host}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ServiceRequest(URI url, SortedMap<String, String> headers, byte[] body) {}
