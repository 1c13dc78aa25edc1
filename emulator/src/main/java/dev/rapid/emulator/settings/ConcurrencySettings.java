package dev.rapid.emulator.settings;

import dev.rapid.core.fleet.FleetConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many invocations of a function run at once, and in how many sandboxes.
 *
 * @param sandboxes how many sandboxes there may be at once; 0 throttles every invocation
 * @param reserved how many invocations at once are kept for this function, and its limit, as the
 *     reserved concurrency of the cloud; null to share what the program may run
 * @param provisioned how many sandboxes are initialised at the start and kept
 * @param idleTimeout how long a sandbox may be idle before it ends, zero for one invocation each;
 *     null for ever
 * @param maxConcurrency how many invocations one sandbox runs at once; more than 1 is the cloud's
 *     multi-concurrency (contract lifecycle-and-control, section 9)
 * @param requestsPerSecond how many requests of callers are served in a second, null for no limit
 * @param isolatesTenants whether a sandbox serves one tenant for its whole life
 * @param freezeAfter how long a sandbox is idle before its processes are stopped, zero for at once;
 *     null if they are not stopped
 */
public record ConcurrencySettings(
    int sandboxes,
    @Nullable Integer reserved,
    int provisioned,
    @Nullable Duration idleTimeout,
    WhenBusy whenBusy,
    int maxConcurrency,
    @Nullable Integer requestsPerSecond,
    boolean isolatesTenants,
    @Nullable Duration freezeAfter) {

  /** How many sandboxes a function has at most unless the settings say otherwise. */
  public static final int DEFAULT_SANDBOXES = 10;

  /** Up to ten sandboxes that stay; callers wait. */
  public static final ConcurrencySettings DEFAULT =
      new ConcurrencySettings(
          DEFAULT_SANDBOXES, null, 0, null, WhenBusy.QUEUE, 1, null, false, null);

  /** Returns whether no invocation may run. */
  public boolean runsNothing() {
    return sandboxes == 0 || (reserved != null && reserved == 0);
  }

  /** Returns whether invocations share a runtime. */
  public boolean isShared() {
    return maxConcurrency > 1;
  }

  /** Returns the limits of the fleet. */
  public FleetConfig fleet() {
    FleetConfig limits =
        FleetConfig.of(
                reserved == null ? sandboxes : Math.min(sandboxes, sandboxesFor(reserved)),
                maxConcurrency)
            .withProvisioned(provisioned)
            .withIdleTimeout(idleTimeout)
            .withMaxWaiting(whenBusy == WhenBusy.QUEUE ? FleetConfig.DEFAULT_MAX_WAITING : 0);
    if (isolatesTenants) {
      limits = limits.withTenantIsolation();
    }
    return reserved == null ? limits : limits.withMaxRunning(reserved).withoutProgramLimit();
  }

  private int sandboxesFor(int invocations) {
    return (invocations + maxConcurrency - 1) / maxConcurrency;
  }

  /** Returns these settings with callers that wait or do not. */
  public ConcurrencySettings withWhenBusy(WhenBusy value) {
    return new ConcurrencySettings(
        sandboxes,
        reserved,
        provisioned,
        idleTimeout,
        value,
        maxConcurrency,
        requestsPerSecond,
        isolatesTenants,
        freezeAfter);
  }

  /** Returns these settings with sandboxes that run {@code invocations} at once. */
  public ConcurrencySettings withMaxConcurrency(int invocations) {
    return new ConcurrencySettings(
        sandboxes,
        reserved,
        provisioned,
        idleTimeout,
        whenBusy,
        invocations,
        requestsPerSecond,
        isolatesTenants,
        freezeAfter);
  }

  /** Returns whether the processes of an idle sandbox are stopped. */
  public boolean freezes() {
    return freezeAfter != null;
  }

  /** Returns these settings with processes that are stopped when the sandbox has been idle. */
  public ConcurrencySettings withFreezeAfter(Duration idle) {
    return new ConcurrencySettings(
        sandboxes,
        reserved,
        provisioned,
        idleTimeout,
        whenBusy,
        maxConcurrency,
        requestsPerSecond,
        isolatesTenants,
        idle);
  }

  /** Returns these settings with one sandbox, which stays. */
  public ConcurrencySettings withOneSandbox() {
    return new ConcurrencySettings(
        Math.min(1, sandboxes),
        reserved,
        0,
        null,
        whenBusy,
        maxConcurrency,
        requestsPerSecond,
        isolatesTenants,
        freezeAfter);
  }
}
