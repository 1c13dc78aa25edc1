package dev.rapid.core.invocation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names and values that travel beside a payload, for protocols that have them. A name may occur
 * several times; the order is that of the sender.
 */
public record PayloadHeaders(List<Header> all) {

  /** No headers. */
  public static final PayloadHeaders NONE = new PayloadHeaders(List.of());

  /** One name with one value. */
  public record Header(String name, String value) {}

  /** Copies the list. */
  public PayloadHeaders {
    all = List.copyOf(all);
  }

  /** Returns the first value of a name in any case, null if there is none. */
  public @Nullable String first(String name) {
    for (Header each : all) {
      if (each.name().equalsIgnoreCase(name)) {
        return each.value();
      }
    }
    return null;
  }
}
