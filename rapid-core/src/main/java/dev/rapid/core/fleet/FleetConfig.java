package dev.rapid.core.fleet;

import java.time.Duration;
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
    boolean underProgramLimit) {

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
        true);
  }

  /** Returns these limits with room for {@code invocations} that wait. */
  public FleetConfig withMaxWaiting(int invocations) {
    return new FleetConfig(
        maxSandboxes,
        provisioned,
        capacity,
        maxRunning,
        idleTimeout,
        invocations,
        isolatesTenants,
        attached,
        underProgramLimit);
  }

  /** Returns these limits with sandboxes that are initialised from the start. */
  public FleetConfig withProvisioned(int sandboxes) {
    return new FleetConfig(
        maxSandboxes,
        sandboxes,
        capacity,
        maxRunning,
        idleTimeout,
        maxWaiting,
        isolatesTenants,
        attached,
        underProgramLimit);
  }

  /** Returns these limits with an end of idle sandboxes. */
  public FleetConfig withIdleTimeout(@Nullable Duration timeout) {
    return new FleetConfig(
        maxSandboxes,
        provisioned,
        capacity,
        maxRunning,
        timeout,
        maxWaiting,
        isolatesTenants,
        attached,
        underProgramLimit);
  }

  /** Returns these limits with at most {@code invocations} at once. */
  public FleetConfig withMaxRunning(int invocations) {
    return new FleetConfig(
        maxSandboxes,
        provisioned,
        capacity,
        invocations,
        idleTimeout,
        maxWaiting,
        isolatesTenants,
        attached,
        underProgramLimit);
  }

  /** Returns these limits with sandboxes that serve one tenant each. */
  public FleetConfig withTenantIsolation() {
    return new FleetConfig(
        maxSandboxes,
        provisioned,
        capacity,
        maxRunning,
        idleTimeout,
        maxWaiting,
        true,
        attached,
        underProgramLimit);
  }

  /** Returns these limits for a runtime that the user starts. */
  public FleetConfig ofUsersRuntime() {
    return new FleetConfig(
        maxSandboxes,
        provisioned,
        capacity,
        maxRunning,
        idleTimeout,
        maxWaiting,
        isolatesTenants,
        true,
        underProgramLimit);
  }

  /** Returns these limits for a function that the limit of the program does not concern. */
  public FleetConfig withoutProgramLimit() {
    return underProgramLimit(false);
  }

  /** Returns these limits for a version whose function has a limit of its own for all versions. */
  public FleetConfig withFunctionLimit() {
    return underProgramLimit(true);
  }

  private FleetConfig underProgramLimit(boolean value) {
    return new FleetConfig(
        maxSandboxes,
        provisioned,
        capacity,
        maxRunning,
        idleTimeout,
        maxWaiting,
        isolatesTenants,
        attached,
        value);
  }

  /** Returns how many invocations the sandboxes run at once. */
  public int seats() {
    return (int) Math.min(maxRunning, (long) maxSandboxes * capacity);
  }
}
