package dev.rapid.extensionsapi;

import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;

/** Says which extension calls (contract, section 3.4). */
final class Identification {

  private Identification() {}

  /**
   * Returns the identifier that a request carries, in its canonical spelling, known or not; null if
   * it carries none, which {@code exchange} was then answered with.
   */
  static @Nullable String of(HttpServerExchange exchange) {
    String spelling = ExtensionHeaders.valueOf(exchange, ExtensionHeaders.IDENTIFIER);
    if (spelling.isEmpty()) {
      ExtensionErrors.send(exchange, ExtensionErrors.MISSING_IDENTIFIER);
      return null;
    }
    @Nullable String id = Identifiers.canonical(spelling);
    if (id == null) {
      ExtensionErrors.send(exchange, ExtensionErrors.INVALID_IDENTIFIER);
    }
    return id;
  }
}
