package dev.rapid.gateway.api;

import java.util.List;

/**
 * A place in a request whose value an authorizer or a validator reads: an identity source or a
 * required parameter (contract http-front-door, sections 8 and 10.1).
 *
 * @param kind where the value is
 * @param name the name of the header, parameter or variable
 */
public record RequestValue(Kind kind, String name) {

  /** Where in a request a value is. */
  public enum Kind {
    /** A header; the case of its name does not matter. */
    HEADER,
    /** A parameter of the query string. */
    QUERY_STRING,
    /** A parameter of the path. */
    PATH,
    /** A member of {@code requestContext}, for example {@code routeKey}. */
    CONTEXT,
    /** A variable of the stage. */
    STAGE_VARIABLE
  }

  private record Prefix(String text, Kind kind) {}

  private static final List<Prefix> PREFIXES =
      List.of(
          new Prefix("$request.header.", Kind.HEADER),
          new Prefix("$request.querystring.", Kind.QUERY_STRING),
          new Prefix("$request.path.", Kind.PATH),
          new Prefix("$context.", Kind.CONTEXT),
          new Prefix("$stageVariables.", Kind.STAGE_VARIABLE),
          new Prefix("method.request.header.", Kind.HEADER),
          new Prefix("method.request.querystring.", Kind.QUERY_STRING),
          new Prefix("method.request.path.", Kind.PATH),
          new Prefix("context.", Kind.CONTEXT),
          new Prefix("stageVariables.", Kind.STAGE_VARIABLE));

  /** Returns the value of a header. */
  public static RequestValue header(String name) {
    return new RequestValue(Kind.HEADER, name);
  }

  /**
   * Reads the notation of HTTP APIs, for example {@code $request.header.Authorization}, or of REST
   * APIs, for example {@code method.request.header.Authorization}.
   *
   * @throws IllegalArgumentException if it is neither; the message has no subject
   */
  public static RequestValue parse(String text) {
    for (Prefix prefix : PREFIXES) {
      if (text.startsWith(prefix.text()) && text.length() > prefix.text().length()) {
        return new RequestValue(prefix.kind(), text.substring(prefix.text().length()));
      }
    }
    throw new IllegalArgumentException(
        "is not a place in a request, for example $request.header.NAME or"
            + " method.request.querystring.NAME");
  }
}
