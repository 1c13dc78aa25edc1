package dev.rapid.core.events;

/** How a phase ended (contract runtime-extensions-telemetry, section 4.5). */
public enum Status {
  /** The phase completed; also when the function reported an error of its own. */
  SUCCESS("success"),
  /** The function's side failed. */
  ERROR("error"),
  /** The platform's side failed. */
  FAILURE("failure"),
  /** The deadline passed. */
  TIMEOUT("timeout");

  private final String wireName;

  Status(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the lower-case name that telemetry and log lines use. */
  public String wireName() {
    return wireName;
  }
}
