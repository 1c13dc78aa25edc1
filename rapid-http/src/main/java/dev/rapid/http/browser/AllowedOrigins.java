package dev.rapid.http.browser;

import java.util.List;
import java.util.regex.Pattern;

/** Which web pages may send requests, by the value of {@code Origin}. */
public final class AllowedOrigins {

  /** Allows every origin. */
  public static final String ANY = "*";

  private static final Pattern LOCAL =
      Pattern.compile(
          "https?://(([^/:]+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?",
          Pattern.CASE_INSENSITIVE);

  private AllowedOrigins() {}

  /** Returns whether {@code list} has {@code origin} or {@link #ANY}. */
  public static boolean allows(List<String> list, String origin) {
    return list.contains(ANY) || list.contains(origin);
  }

  /** Returns whether an origin is a server on this machine, as pages under development have it. */
  public static boolean isLocal(String origin) {
    return LOCAL.matcher(origin).matches();
  }
}
