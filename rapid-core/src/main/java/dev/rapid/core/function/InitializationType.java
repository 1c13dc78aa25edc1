package dev.rapid.core.function;

/** Why a sandbox is initialised. */
public enum InitializationType {
  /** For the first invocation that needs it. */
  ON_DEMAND("on-demand"),
  /** In advance, before there is an invocation. */
  PROVISIONED_CONCURRENCY("provisioned-concurrency"),
  /** For a snapshot, from which the runtime is restored. */
  SNAP_START("snap-start"),
  /** For several invocations at once (contract lifecycle-and-control, section 9). */
  MANAGED_INSTANCES("lambda-managed-instances");

  private final String wireName;

  InitializationType(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name that telemetry and the environment of the processes use. */
  public String wireName() {
    return wireName;
  }
}
