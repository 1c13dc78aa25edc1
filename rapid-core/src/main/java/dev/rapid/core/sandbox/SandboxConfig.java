package dev.rapid.core.sandbox;

import java.time.Duration;

/**
 * The limits of a sandbox.
 *
 * @param functionTimeout how long an invocation may take; zero for no limit
 * @param initTimeout how long an init before the first invocation may take; when it is over, init
 *     is repeated inside the invocation (10 s in the cloud); zero for no limit
 * @param initErrorGrace how long a runtime that reported an init error may take to exit by itself;
 *     zero for no time at all
 * @param settleTime how long a response that a dead runtime left on the wire is waited for
 * @param attached whether the user starts the runtime himself, so that Rapid neither starts nor
 *     ends it and waits for it without limit
 */
public record SandboxConfig(
    Duration functionTimeout,
    Duration initTimeout,
    Duration initErrorGrace,
    Duration settleTime,
    boolean attached) {

  /** How long a runtime that reported an init error may take to exit by itself. */
  public static final Duration DEFAULT_INIT_ERROR_GRACE = Duration.ofSeconds(2);

  /** The init budget of the cloud. */
  public static final Duration DEFAULT_INIT_TIMEOUT = Duration.ofSeconds(10);

  /** Long enough for an I/O thread to read what the kernel already has. */
  public static final Duration DEFAULT_SETTLE_TIME = Duration.ofMillis(50);

  /** Returns the limits for a runtime that Rapid starts. */
  public static SandboxConfig started(Duration functionTimeout, Duration initTimeout) {
    return new SandboxConfig(
        functionTimeout, initTimeout, DEFAULT_INIT_ERROR_GRACE, DEFAULT_SETTLE_TIME, false);
  }

  /** Returns the limits for a runtime that the user starts. */
  public static SandboxConfig attached(Duration functionTimeout) {
    return new SandboxConfig(
        functionTimeout, Duration.ZERO, Duration.ZERO, DEFAULT_SETTLE_TIME, true);
  }
}
