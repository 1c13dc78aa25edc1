package dev.rapid.core.function;

import org.jspecify.annotations.Nullable;

/**
 * What logs and telemetry call one sandbox of a function.
 *
 * @param function the name of the function
 * @param published the number of the published version that it runs, null for {@code $LATEST}
 * @param number 1 for the first sandbox of the function or of its version, never used again
 * @param logStream the name of its log stream, which telemetry calls the instance; empty if unknown
 * @param initializationType why it is initialised
 */
public record SandboxIdentity(
    String function,
    @Nullable String published,
    int number,
    String logStream,
    InitializationType initializationType) {

  /** Creates the identity of a sandbox that runs {@code $LATEST}. */
  public SandboxIdentity(
      String function, int number, String logStream, InitializationType initializationType) {
    this(function, null, number, logStream, initializationType);
  }

  /** Returns the name for people, for example {@code orders/1} or {@code orders:2/1}. */
  public String name() {
    return versionedFunction() + "/" + number;
  }

  /** Returns the function and its published version, for example {@code orders:2}. */
  public String versionedFunction() {
    return published == null ? function : function + ":" + published;
  }
}
