package dev.rapid.gateway.api;

import org.jspecify.annotations.Nullable;

/**
 * The function that a route or an authorizer invokes.
 *
 * @param name the function's name
 * @param qualifier a version or an alias, null for the function as it is
 */
public record FunctionTarget(String name, @Nullable String qualifier) {

  /**
   * Reads {@code NAME} or {@code NAME:QUALIFIER}.
   *
   * @throws IllegalArgumentException if a part is empty; the message has no subject
   */
  public static FunctionTarget parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String qualifier = colon < 0 ? null : text.substring(colon + 1);
    if (name.isEmpty() || (qualifier != null && qualifier.isEmpty())) {
      throw new IllegalArgumentException("is not NAME or NAME:QUALIFIER");
    }
    return new FunctionTarget(name, qualifier);
  }

  @Override
  public String toString() {
    return qualifier == null ? name : name + ":" + qualifier;
  }
}
