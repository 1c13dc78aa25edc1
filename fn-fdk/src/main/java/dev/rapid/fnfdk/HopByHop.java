package dev.rapid.fnfdk;

import java.util.Locale;
import java.util.Set;

/** Headers that belong to a connection, and not to a call (contract fn-runner, section 1.7). */
public final class HopByHop {

  private static final Set<String> NAMES =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HopByHop() {}

  /** Returns a name as the rules know it. */
  public static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Returns whether a header goes no further. */
  public static boolean has(String key, String value) {
    return NAMES.contains(key) && !(key.equals("te") && value.equals("trailers"));
  }
}
