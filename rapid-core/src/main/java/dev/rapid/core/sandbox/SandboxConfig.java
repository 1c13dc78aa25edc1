package dev.rapid.core.sandbox;

import dev.rapid.core.error.FailureMessages;
import java.time.Duration;
import java.util.function.Consumer;

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
 * @param freezeDelay how long no invocation has to run before they are; zero for no wait
 * @param messages the words for failures
 * @param repeatsInit whether an init that fails or takes too long is repeated inside of the
 *     invocations that wait for it; else they get its error, and the time of an init is never
 *     theirs. With a capacity of more than 1 it is never repeated
 * @param initsAfterFailedRestore whether a restore that fails or takes too long is followed by an
 *     init for the invocations that wait; else they fail with it
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
    Duration freezeDelay,
    FailureMessages messages,
    boolean repeatsInit,
    boolean initsAfterFailedRestore) {

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
        Duration.ZERO,
        FailureMessages.PLAIN,
        true,
        false);
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
        Duration.ZERO,
        FailureMessages.PLAIN,
        true,
        false);
  }

  /** Returns these limits with external extensions. */
  public SandboxConfig withExtensions() {
    return changed(copy -> copy.extensions = true);
  }

  /** Returns these limits with a budget for the hook after a restore. */
  public SandboxConfig withRestoreTimeout(Duration timeout) {
    return changed(copy -> copy.restoreTimeout = timeout);
  }

  /** Returns these limits with time for the runtime to end when the sandbox ends for good. */
  public SandboxConfig withShutdownGrace(Duration grace) {
    return changed(copy -> copy.shutdownGrace = grace);
  }

  /** Returns these limits with room for {@code invocations} at once. */
  public SandboxConfig withCapacity(int invocations) {
    return changed(copy -> copy.capacity = invocations);
  }

  /** Returns these limits with a platform's words for failures. */
  public SandboxConfig withMessages(FailureMessages words) {
    return changed(copy -> copy.messages = words);
  }

  /** Returns these limits with processes that are stopped while no invocation runs. */
  public SandboxConfig withFreeze() {
    return withFreezeAfter(Duration.ZERO);
  }

  /** Returns these limits with processes that are stopped when no invocation has run for a time. */
  public SandboxConfig withFreezeAfter(Duration idle) {
    return changed(copy -> {
      copy.freezes = true;
      copy.freezeDelay = idle;
    });
  }

  /**
   * Returns these limits with inits that are never repeated: the invocations that wait for one that
   * fails or takes too long fail with it, and its time never counts as theirs.
   */
  public SandboxConfig withoutRepeatedInit() {
    return changed(copy -> copy.repeatsInit = false);
  }

  /**
   * Returns these limits with an init after a restore that fails or takes too long: in a new
   * process, and for the invocations that wait. The worker's side starts that process from the
   * beginning, not as one that is to be restored. A client of the control API that drives the
   * sandbox gets the failure nevertheless.
   */
  public SandboxConfig withInitAfterFailedRestore() {
    return changed(copy -> copy.initsAfterFailedRestore = true);
  }

  /**
   * Returns whether invocations share the runtime: then an invocation is over with its reply, and a
   * timeout ends that invocation only (contract lifecycle-and-control, section 9).
   */
  boolean isShared() {
    return capacity > 1;
  }

  /**
   * Returns whether an init can be inside of the invocations that wait for it. That of a runtime
   * that invocations share never is: the environment is a new one.
   */
  boolean initsInsideInvocation() {
    return repeatsInit && !isShared();
  }

  private SandboxConfig changed(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.made();
  }

  /** Limits in the making, of which only what changes is set. */
  private static final class Copy {

    private final SandboxConfig before;
    private boolean extensions;
    private Duration restoreTimeout;
    private Duration shutdownGrace;
    private int capacity;
    private boolean freezes;
    private Duration freezeDelay;
    private FailureMessages messages;
    private boolean repeatsInit;
    private boolean initsAfterFailedRestore;

    Copy(SandboxConfig before) {
      this.before = before;
      extensions = before.extensions;
      restoreTimeout = before.restoreTimeout;
      shutdownGrace = before.shutdownGrace;
      capacity = before.capacity;
      freezes = before.freezes;
      freezeDelay = before.freezeDelay;
      messages = before.messages;
      repeatsInit = before.repeatsInit;
      initsAfterFailedRestore = before.initsAfterFailedRestore;
    }

    SandboxConfig made() {
      return new SandboxConfig(
          before.initTimeout,
          before.initErrorGrace,
          before.settleTime,
          before.owner,
          extensions,
          restoreTimeout,
          shutdownGrace,
          capacity,
          freezes,
          freezeDelay,
          messages,
          repeatsInit,
          initsAfterFailedRestore);
    }
  }
}
