package dev.rapid.gateway.event;

import dev.rapid.lambda.event.MediaTypes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The content types whose bodies are binary in a REST API (contract http-front-door, section 2.4).
 */
public final class BinaryTypes {

  private static final String ANY = "*/*";

  private BinaryTypes() {}

  /**
   * Returns whether {@code type} is one of the binary types.
   *
   * @param binary exact types, {@code type/*} or {@code *}{@code /*}, in any case
   * @param type a content type, maybe with parameters; null if there is none
   */
  public static boolean match(List<String> binary, @Nullable String type) {
    if (binary.isEmpty()) {
      return false;
    }
    String bare = type == null ? "" : MediaTypes.withoutParameters(type);
    for (String each : binary) {
      String entry = each.toLowerCase(Locale.ROOT);
      if (entry.equals(ANY)
          || entry.equals(bare)
          || (entry.endsWith("/*") && bare.startsWith(entry.substring(0, entry.length() - 1)))) {
        return true;
      }
    }
    return false;
  }
}
