package dev.rapid.extensionsapi;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The header names of the Extensions API, and how their values are read. */
final class ExtensionHeaders {

  static final HttpString NAME = new HttpString("Lambda-Extension-Name");
  static final HttpString ACCEPT_FEATURE = new HttpString("Lambda-Extension-Accept-Feature");
  static final HttpString IDENTIFIER = new HttpString("Lambda-Extension-Identifier");
  static final HttpString EVENT_IDENTIFIER = new HttpString("Lambda-Extension-Event-Identifier");
  static final HttpString FUNCTION_ERROR_TYPE =
      new HttpString("Lambda-Extension-Function-Error-Type");

  private ExtensionHeaders() {}

  /**
   * Returns the first value of a header, empty if there is none. It is taken as UTF-8, as file
   * names are; Undertow makes one character of each byte.
   */
  static String valueOf(HttpServerExchange exchange, HttpString name) {
    @Nullable String value = exchange.getRequestHeaders().getFirst(name);
    return value == null
        ? ""
        : new String(value.trim().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
