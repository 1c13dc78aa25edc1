package dev.rapid.core.fleet;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a function's fleet.
 *
 * @param maxSandboxes how many sandboxes there may be at once; 0 rejects every invocation
 * @param provisioned how many sandboxes are initialised from the start and kept, at most {@code
 *     maxSandboxes}
 * @param capacity how many invocations a sandbox runs at once, 1 or more
 * @param maxRunning how many invocations all sandboxes together run at once
 * @param idleTimeout how long a sandbox may be idle before it is ended, zero for one invocation
 *     each, null for ever; provisioned sandboxes stay
 * @param maxWaiting how many invocations may wait beyond those that sandboxes have room for; 0
 *     rejects them instead
 * @param isolatesTenants whether a sandbox serves one tenant for its whole life
 * @param attached whether the user starts the runtime: then invocations wait in the sandbox,
 *     because an error of the init is theirs
 * @param underProgramLimit whether its invocations count for the limit of the program, if there is
 *     one
 * @param megabytes what a sandbox is counted with in the memory of the program, in MiB; 0 if it
 *     does not count
 * @param capacityWait how long an invocation may wait for room in a sandbox, zero for no time at
 *     all, null for ever
 * @param repeatsInits whether an init that failed is repeated for the invocations that wait for it;
 *     if not, they fail with it
 */
public record FleetConfig(
    int maxSandboxes,
    int provisioned,
    int capacity,
    int maxRunning,
    @Nullable Duration idleTimeout,
    int maxWaiting,
    boolean isolatesTenants,
    boolean attached,
    boolean underProgramLimit,
    int megabytes,
    @Nullable Duration capacityWait,
    boolean repeatsInits) {

  /** How many invocations may wait unless the settings say otherwise. */
  public static final int DEFAULT_MAX_WAITING = 10_000;

  /** Checks the numbers. */
  public FleetConfig {
    if (maxSandboxes < 0 || maxWaiting < 0 || provisioned < 0 || provisioned > maxSandboxes) {
      throw new IllegalArgumentException("A fleet cannot have these sizes");
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("The capacity is " + capacity + ", not 1 or more");
    }
    if (megabytes < 0) {
      throw new IllegalArgumentException("The memory is " + megabytes + " MiB, not 0 or more");
    }
  }

  /** Returns the limits of a fleet with at most {@code maxSandboxes} that end with the program. */
  public static FleetConfig of(int maxSandboxes, int capacity) {
    return new FleetConfig(
        maxSandboxes,
        0,
        capacity,
        Integer.MAX_VALUE,
        null,
        DEFAULT_MAX_WAITING,
        false,
        false,
        true,
        0,
        null,
        true);
  }

  /** Returns these limits with at most {@code sandboxes}. */
  public FleetConfig withMaxSandboxes(int sandboxes) {
    return with(draft -> {
      draft.maxSandboxes = sandboxes;
      draft.provisioned = Math.min(draft.provisioned, sandboxes);
    });
  }

  /** Returns these limits with room for {@code invocations} that wait. */
  public FleetConfig withMaxWaiting(int invocations) {
    return with(draft -> draft.maxWaiting = invocations);
  }

  /** Returns these limits with sandboxes that are initialised from the start. */
  public FleetConfig withProvisioned(int sandboxes) {
    return with(draft -> draft.provisioned = sandboxes);
  }

  /** Returns these limits with an end of idle sandboxes. */
  public FleetConfig withIdleTimeout(@Nullable Duration timeout) {
    return with(draft -> draft.idleTimeout = timeout);
  }

  /** Returns these limits with at most {@code invocations} at once. */
  public FleetConfig withMaxRunning(int invocations) {
    return with(draft -> draft.maxRunning = invocations);
  }

  /** Returns these limits with sandboxes that serve one tenant each. */
  public FleetConfig withTenantIsolation() {
    return with(draft -> draft.isolatesTenants = true);
  }

  /** Returns these limits for a runtime that the user starts. */
  public FleetConfig ofUsersRuntime() {
    return with(draft -> draft.attached = true);
  }

  /** Returns these limits for a function that the limit of the program does not concern. */
  public FleetConfig withoutProgramLimit() {
    return with(draft -> draft.underProgramLimit = false);
  }

  /** Returns these limits for a version whose function has a limit of its own for all versions. */
  public FleetConfig withFunctionLimit() {
    return with(draft -> draft.underProgramLimit = true);
  }

  /** Returns these limits with sandboxes that count {@code mebibytes} each, 0 for none. */
  public FleetConfig withMemory(int mebibytes) {
    return with(draft -> draft.megabytes = mebibytes);
  }

  /**
   * Returns these limits with invocations that are rejected if they have found no room for so long,
   * because of the memory or the number of sandboxes. A sandbox that is starting for one is room.
   */
  public FleetConfig withCapacityWait(@Nullable Duration wait) {
    return with(draft -> draft.capacityWait = wait);
  }

  /** Returns these limits with inits whose failures are those of the invocations that wait. */
  public FleetConfig withoutRepeatedInit() {
    return with(draft -> draft.repeatsInits = false);
  }

  /** Returns how many invocations the sandboxes run at once. */
  public int seats() {
    return (int) Math.min(maxRunning, (long) maxSandboxes * capacity);
  }

  private FleetConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /** Limits that are being changed. */
  private static final class Draft {

    private int maxSandboxes;
    private int provisioned;
    private final int capacity;
    private int maxRunning;
    private @Nullable Duration idleTimeout;
    private int maxWaiting;
    private boolean isolatesTenants;
    private boolean attached;
    private boolean underProgramLimit;
    private int megabytes;
    private @Nullable Duration capacityWait;
    private boolean repeatsInits;

    Draft(FleetConfig config) {
      maxSandboxes = config.maxSandboxes;
      provisioned = config.provisioned;
      capacity = config.capacity;
      maxRunning = config.maxRunning;
      idleTimeout = config.idleTimeout;
      maxWaiting = config.maxWaiting;
      isolatesTenants = config.isolatesTenants;
      attached = config.attached;
      underProgramLimit = config.underProgramLimit;
      megabytes = config.megabytes;
      capacityWait = config.capacityWait;
      repeatsInits = config.repeatsInits;
    }

    FleetConfig finish() {
      return new FleetConfig(
          maxSandboxes,
          provisioned,
          capacity,
          maxRunning,
          idleTimeout,
          maxWaiting,
          isolatesTenants,
          attached,
          underProgramLimit,
          megabytes,
          capacityWait,
          repeatsInits);
    }
  }
}
