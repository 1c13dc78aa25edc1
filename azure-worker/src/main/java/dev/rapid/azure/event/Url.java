package dev.rapid.azure.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL in its parts.
 *
 * @param origin scheme and host, for example {@code http://localhost}
 * @param path begins with a slash; escaped
 * @param rawQuery without the question mark; escaped; empty for none
 */
record Url(String origin, String path, String rawQuery) {

  /** Where a function is if the caller does not say. */
  static final String DEFAULT_ORIGIN = "http://localhost";

  private static final Pattern ORIGIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~!$&'()*+,;=:@%\\[\\]-]*");

  /** Reads a URL or the part of one that begins with its path. A fragment is left out. */
  static Url parse(String text) {
    Matcher origin = ORIGIN.matcher(text);
    int start = origin.lookingAt() ? origin.end() : 0;
    int fragment = text.indexOf('#', start);
    String rest = text.substring(start, fragment < 0 ? text.length() : fragment);
    int mark = rest.indexOf('?');
    return of(
        start == 0 ? DEFAULT_ORIGIN : origin.group(),
        mark < 0 ? rest : rest.substring(0, mark),
        mark < 0 ? "" : rest.substring(mark + 1));
  }

  /** Returns scheme and host as they stand in a URL, the default if they cannot stand there. */
  static String originOf(String scheme, String host) {
    String origin = scheme + "://" + host;
    return host.isEmpty() || !ORIGIN.matcher(origin).matches() ? DEFAULT_ORIGIN : origin;
  }

  /** Returns a URL of parts in which characters need not be escaped. */
  static Url of(String origin, String path, String rawQuery) {
    String absolute = path.startsWith("/") ? path : "/" + path;
    return new Url(origin, Percent.escape(absolute), Percent.escape(rawQuery));
  }

  /** Returns the URL with another query. */
  Url with(Query query) {
    return new Url(origin, path, query.toString());
  }

  Query query() {
    return Query.parse(rawQuery);
  }

  @Override
  public String toString() {
    return origin + path + (rawQuery.isEmpty() ? "" : "?" + rawQuery);
  }
}
