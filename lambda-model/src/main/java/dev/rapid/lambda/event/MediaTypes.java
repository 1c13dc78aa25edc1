package dev.rapid.lambda.event;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Content types of requests and responses. */
public final class MediaTypes {

  private static final Set<String> TEXT_TYPES =
      Set.of("application/json", "application/javascript", "application/xml");

  private MediaTypes() {}

  /** Returns a content type without its parameters, in lower case. */
  public static String withoutParameters(String contentType) {
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns whether functions get bodies of this type as text, not in Base64 (contract
   * http-front-door, section 4.3).
   *
   * @param contentType null if the request declares none
   */
  public static boolean isText(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = withoutParameters(contentType);
    return type.startsWith("text/")
        || TEXT_TYPES.contains(type)
        || type.endsWith("+json")
        || type.endsWith("+xml");
  }
}
