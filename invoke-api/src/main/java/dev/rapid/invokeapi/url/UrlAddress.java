package dev.rapid.invokeapi.url;

import dev.rapid.core.function.FunctionIdentity;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a request to a function URL (contract invoke-api, section 5.1).
 *
 * @param function the id of the URL, or the function's name and maybe an alias; as sent
 * @param rawPath the path in the function's payload; not empty
 */
public record UrlAddress(String function, String rawPath) {

  /** Before the function's name in a path. */
  public static final String PREFIX = "/lambda-url/";

  private static final String SECOND_LABEL = "lambda-url.";
  private static final Pattern HOST =
      Pattern.compile("([^.:]+)\\.lambda-url\\.[^.:]+\\.[^:]+(:[0-9]*)?");
  private static final int ID_LENGTH = 32;

  /** Returns the address in a path, null if there is none. */
  public static @Nullable UrlAddress ofPath(String rawPath) {
    if (!rawPath.startsWith(PREFIX)) {
      return null;
    }
    int end = rawPath.indexOf('/', PREFIX.length());
    String function = rawPath.substring(PREFIX.length(), end < 0 ? rawPath.length() : end);
    if (function.isEmpty()) {
      return null;
    }
    return new UrlAddress(function, end < 0 ? "/" : rawPath.substring(end));
  }

  /**
   * Returns the address in the header {@code Host}, null if there is none.
   *
   * @param host null if the request has none
   */
  public static @Nullable UrlAddress ofHost(@Nullable String host, String rawPath) {
    if (host == null
        || !host.regionMatches(
            true, host.indexOf('.') + 1, SECOND_LABEL, 0, SECOND_LABEL.length())) {
      return null; // The usual case, which must be quick.
    }
    Matcher matcher = HOST.matcher(host.toLowerCase(Locale.ROOT));
    return matcher.matches() ? new UrlAddress(matcher.group(1), rawPath) : null;
  }

  /**
   * Returns the id of a function's URL: 32 letters and digits, always the same.
   *
   * @param qualifier the alias or version that the URL is of, null for what runs without one
   */
  public static String idOf(FunctionIdentity function, @Nullable String qualifier) {
    String arn = qualifier == null ? function.arn() : function.arn() + ":" + qualifier;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(arn.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
      return ("0".repeat(ID_LENGTH) + digits).substring(digits.length());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }
}
