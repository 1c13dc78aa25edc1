package dev.rapid.core.function;

/**
 * What logs and telemetry call one sandbox of a function.
 *
 * @param function the name of the function
 * @param number 1 for the function's first sandbox, never used again
 * @param logStream the name of its log stream, which telemetry calls the instance; empty if unknown
 * @param initializationType why it is initialised
 */
public record SandboxIdentity(
    String function, int number, String logStream, InitializationType initializationType) {

  /** Returns the name for people, for example {@code orders/1}. */
  public String name() {
    return function + "/" + number;
  }
}
