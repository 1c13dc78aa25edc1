package dev.rapid.core.function;

/**
 * Which runtime the function has; what is not known is empty.
 *
 * @param version for example {@code python:3.13.v12}
 * @param arn names the version without ambiguity
 */
public record RuntimeVersion(String version, String arn) {

  /** Nothing is known of the runtime. */
  public static final RuntimeVersion UNKNOWN = new RuntimeVersion("", "");
}
