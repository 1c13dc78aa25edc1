package dev.rapid.gateway.api;

/** The format of the events of an HTTP API. Events of a REST API have one format only. */
public enum PayloadFormat {
  /** {@code 1.0}, close to that of REST APIs. */
  V1("1.0"),
  /** {@code 2.0}. */
  V2("2.0");

  private final String version;

  PayloadFormat(String version) {
    this.version = version;
  }

  /**
   * Returns the format of a version.
   *
   * @throws IllegalArgumentException if there is none; the message has no subject
   */
  public static PayloadFormat of(String version) {
    for (PayloadFormat format : values()) {
      if (format.version.equals(version)) {
        return format;
      }
    }
    throw new IllegalArgumentException("is neither 1.0 nor 2.0");
  }

  /** Returns the version as events and templates write it. */
  public String version() {
    return version;
  }
}
