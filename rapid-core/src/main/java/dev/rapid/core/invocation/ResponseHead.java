package dev.rapid.core.invocation;

import org.jspecify.annotations.Nullable;

/**
 * What a runtime says of its response before the first byte (contract runtime-extensions-telemetry,
 * section 1.3.2).
 *
 * @param contentType what the runtime declared, null if nothing
 * @param streaming whether the runtime chose the streaming response mode; a caller who wants a
 *     stream gets one in any case
 * @param headers what its protocol has besides, for callers whose protocol has headers too
 */
public record ResponseHead(
    @Nullable String contentType, boolean streaming, PayloadHeaders headers) {

  /** Creates the head of a response without further headers. */
  public ResponseHead(@Nullable String contentType, boolean streaming) {
    this(contentType, streaming, PayloadHeaders.NONE);
  }
}
