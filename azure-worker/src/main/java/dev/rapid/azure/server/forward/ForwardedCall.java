package dev.rapid.azure.server.forward;

import dev.rapid.core.invocation.Payload;
import java.net.InetSocketAddress;

/**
 * A request for the HTTP server of a worker.
 *
 * @param body may still be arriving
 * @param isStreamed whether the caller takes the HTTP response as it comes
 */
record ForwardedCall(
    InetSocketAddress server, ForwardedRequest request, Payload body, boolean isStreamed) {}
