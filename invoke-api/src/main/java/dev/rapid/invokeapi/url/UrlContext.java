package dev.rapid.invokeapi.url;

import org.jspecify.annotations.Nullable;

/**
 * The context that a function URL adds to a request.
 *
 * @param urlId the id of the URL
 * @param requestId the id of the invocation
 * @param traceHeader the X-Ray header of the invocation
 * @param epochMillis when the request was received
 * @param caller the signer of the request, null if requests need no signature
 */
record UrlContext(
    String urlId,
    String requestId,
    String traceHeader,
    long epochMillis,
    @Nullable UrlCaller caller) {}
