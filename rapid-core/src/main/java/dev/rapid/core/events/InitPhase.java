package dev.rapid.core.events;

/** When an initialisation runs. */
public enum InitPhase {
  /** Before the first invocation, on a budget of its own. */
  INIT("init"),
  /** Inside an invocation, after a reset or a failed init ("suppressed init"). */
  INVOKE("invoke");

  private final String wireName;

  InitPhase(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name that telemetry and log lines use. */
  public String wireName() {
    return wireName;
  }
}
