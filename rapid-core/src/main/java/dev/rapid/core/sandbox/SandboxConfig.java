package dev.rapid.core.sandbox;

import dev.rapid.core.error.FailureMessages;
import java.time.Duration;

/**
 * The limits of a sandbox.
 *
 * @param initTimeout how long an init before the first invocation may take; when it is over, init
 *     is repeated inside the invocation (10 s in the cloud); zero for no limit
 * @param initErrorGrace how long a runtime that reported an init or restore error may take to exit
 *     by itself; zero for no time at all
 * @param settleTime how long a response that a dead runtime left on the wire is waited for
 * @param owner who starts the runtime and ends it
 * @param extensions whether external extensions are started
 * @param restoreTimeout how long the runtime's hook after a restore may take (10 s in the cloud);
 *     zero for no limit
 * @param shutdownGrace how long the runtime may take to end when the sandbox ends for good, if
 *     there are no extensions or if it is more than their share; zero as in the cloud
 * @param capacity how many invocations run at once, 1 or more
 * @param freezes whether the processes are stopped while no invocation runs
 * @param messages the words for failures
 */
public record SandboxConfig(
    Duration initTimeout,
    Duration initErrorGrace,
    Duration settleTime,
    RuntimeOwner owner,
    boolean extensions,
    Duration restoreTimeout,
    Duration shutdownGrace,
    int capacity,
    boolean freezes,
    FailureMessages messages) {

  /** How long a runtime that reported an init error may take to exit by itself. */
  public static final Duration DEFAULT_INIT_ERROR_GRACE = Duration.ofSeconds(2);

  /** The init budget of the cloud. */
  public static final Duration DEFAULT_INIT_TIMEOUT = Duration.ofSeconds(10);

  /** The restore budget of the cloud. */
  public static final Duration DEFAULT_RESTORE_TIMEOUT = Duration.ofSeconds(10);

  /** Long enough for an I/O thread to read what the kernel already has. */
  public static final Duration DEFAULT_SETTLE_TIME = Duration.ofMillis(50);

  /** How long the rest of a response that was being sent when a process ended is waited for. */
  public static final Duration BODY_TIME = Duration.ofSeconds(2);

  /** How long the end of a runtime that may be why its response broke off is waited for. */
  public static final Duration EXIT_TIME = Duration.ofSeconds(1);

  /** Checks the values. */
  public SandboxConfig {
    if (freezes && !owner.seesProcess()) {
      throw new IllegalArgumentException("Processes that Rapid does not start cannot be frozen");
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("The capacity is " + capacity + ", not 1 or more");
    }
  }

  /** Returns the limits for a runtime that Rapid starts, without external extensions. */
  public static SandboxConfig started(Duration initTimeout) {
    return new SandboxConfig(
        initTimeout,
        DEFAULT_INIT_ERROR_GRACE,
        DEFAULT_SETTLE_TIME,
        RuntimeOwner.RAPID,
        false,
        DEFAULT_RESTORE_TIMEOUT,
        Duration.ZERO,
        1,
        false,
        FailureMessages.PLAIN);
  }

  /** Returns the limits for a runtime that the user starts. */
  public static SandboxConfig ofUsersRuntime() {
    return new SandboxConfig(
        Duration.ZERO,
        Duration.ZERO,
        DEFAULT_SETTLE_TIME,
        RuntimeOwner.USER,
        false,
        DEFAULT_RESTORE_TIMEOUT,
        Duration.ZERO,
        1,
        false,
        FailureMessages.PLAIN);
  }

  /** Returns these limits with external extensions. */
  public SandboxConfig withExtensions() {
    return with(true, restoreTimeout, shutdownGrace, capacity, freezes, messages);
  }

  /** Returns these limits with a budget for the hook after a restore. */
  public SandboxConfig withRestoreTimeout(Duration timeout) {
    return with(extensions, timeout, shutdownGrace, capacity, freezes, messages);
  }

  /** Returns these limits with time for the runtime to end when the sandbox ends for good. */
  public SandboxConfig withShutdownGrace(Duration grace) {
    return with(extensions, restoreTimeout, grace, capacity, freezes, messages);
  }

  /** Returns these limits with room for {@code invocations} at once. */
  public SandboxConfig withCapacity(int invocations) {
    return with(extensions, restoreTimeout, shutdownGrace, invocations, freezes, messages);
  }

  /** Returns these limits with a platform's words for failures. */
  public SandboxConfig withMessages(FailureMessages words) {
    return with(extensions, restoreTimeout, shutdownGrace, capacity, freezes, words);
  }

  /** Returns these limits with processes that are stopped while no invocation runs. */
  public SandboxConfig withFreeze() {
    return with(extensions, restoreTimeout, shutdownGrace, capacity, true, messages);
  }

  /**
   * Returns whether invocations share the runtime: then an invocation is over with its reply, and a
   * timeout ends that invocation only (contract lifecycle-and-control, section 9).
   */
  boolean isShared() {
    return capacity > 1;
  }

  private SandboxConfig with(
      boolean external,
      Duration restore,
      Duration shutdown,
      int room,
      boolean freeze,
      FailureMessages words) {
    return new SandboxConfig(
        initTimeout,
        initErrorGrace,
        settleTime,
        owner,
        external,
        restore,
        shutdown,
        room,
        freeze,
        words);
  }
}
