package dev.rapid.emulator;

import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The pools of one function for calls that bring an environment, limits and an idle timeout of
 * their own: one for all calls with the same {@link CallModel#workerKey()}. A pool without calls
 * ends after a while (contract fn-runner, section 3). Thread-safe.
 */
final class CallPools {

  /** How long a pool without calls stays, unless twice its idle timeout is longer. */
  private static final Duration LIFE_WITHOUT_CALLS = Duration.ofHours(1);

  /**
   * How many there may be: each has memory also without workers, and callers choose the keys. Of
   * more, the one without calls for the longest time ends.
   */
  static final int MOST_POOLS = 1_000;

  private final PoolMaker maker;
  private final Duration wait;
  private final NanoClock clock;
  private final Alarm sweep;

  // All guarded by this.
  private final Map<String, CallPool> pools = new LinkedHashMap<>();
  private ConfiguredFunction configured;
  private FleetConfig limits;
  private boolean retired;

  /**
   * Creates no pool yet.
   *
   * @param configured the function without the settings of calls
   * @param limits the limits of a fleet without the settings of calls
   * @param wait how long a call waits for room
   */
  CallPools(
      PoolMaker maker,
      ConfiguredFunction configured,
      FleetConfig limits,
      Duration wait,
      Timers timers,
      NanoClock clock) {
    this.maker = maker;
    this.configured = configured;
    this.limits = limits;
    this.wait = wait;
    this.clock = clock;
    this.sweep = new Alarm(timers, clock, this::endUnused);
  }

  /**
   * Returns the function with the workers that a call may use.
   *
   * @throws InvalidSettingsException if the environment of the call cannot be used
   */
  synchronized RunnerFunction of(CallModel call) {
    CallPool pool = pools.get(call.workerKey());
    if (pool == null) {
      ConfiguredFunction function = configured.ofCall(call);
      makeRoom();
      pool = new CallPool(call, maker.make(function, limitsOf(limits, call), null));
      pools.put(call.workerKey(), pool);
      if (retired) {
        CompletableFuture<Void> unused = pool.workers.retire();
      }
      pool.lastCallNanos = clock.nanoTime();
      sweepInTime();
    }
    pool.lastCallNanos = clock.nanoTime();
    return pool.function;
  }

  private void makeRoom() {
    if (pools.size() >= MOST_POOLS) {
      long now = clock.nanoTime();
      CallPool unused =
          Collections.max(
              pools.values(), Comparator.comparingLong(pool -> now - pool.lastCallNanos));
      pools.values().remove(unused);
      CompletableFuture<Void> ignored = unused.workers.retire();
    }
  }

  private FleetConfig limitsOf(FleetConfig limits, CallModel call) {
    return limits
        .withProvisioned(0)
        .withIdleTimeout(call.idleTimeout())
        .withMaxWaiting(FleetConfig.DEFAULT_MAX_WAITING)
        .withMemory(call.memoryMegabytes())
        .withCapacityWait(wait)
        .withoutRepeatedInit();
  }

  /** Returns all pools, in the order of their first calls. */
  synchronized List<FunctionPool> all() {
    return pools.values().stream().map(pool -> pool.workers).toList();
  }

  /** Replaces the function's configuration, and then the sandboxes. */
  synchronized void renew(ConfiguredFunction next, FleetConfig nextLimits) {
    configured = next;
    limits = nextLimits;
    for (CallPool each : pools.values()) {
      each.workers.renew(next.ofCall(each.call), limitsOf(nextLimits, each.call));
    }
  }

  /** New pools run nothing any more. The caller ends those that exist. */
  synchronized void retire() {
    retired = true;
    sweep.release();
  }

  // ------------------------------------------------------------------ the end of unused pools

  private void endUnused() {
    List<FunctionPool> ends = new ArrayList<>();
    synchronized (this) {
      long now = clock.nanoTime();
      pools
          .values()
          .removeIf(pool -> {
            boolean unused = pool.endsAtNanos() - now <= 0;
            if (unused) {
              ends.add(pool.workers);
            }
            return unused;
          });
      sweepInTime();
    }
    for (FunctionPool each : ends) {
      CompletableFuture<Void> unused = each.retire();
    }
  }

  private void sweepInTime() {
    if (!retired && !pools.isEmpty()) {
      long now = clock.nanoTime();
      long soonest =
          pools.values().stream().mapToLong(pool -> pool.endsAtNanos() - now).min().getAsLong();
      sweep.set(now + Math.max(0, soonest));
    }
  }

  /** The workers of the calls with one key. */
  private static final class CallPool {

    /** The first one, without what belongs to it alone. */
    private final CallModel call;

    private final FunctionPool workers;
    private final RunnerFunction function;
    private final long lifeNanos;

    /** Guarded by the pools. */
    private long lastCallNanos;

    CallPool(CallModel call, FunctionPool workers) {
      this.call = call.ofWorkers();
      this.workers = workers;
      this.function = PoolWorkers.of(workers);
      Duration twice = call.idleTimeout().multipliedBy(2);
      this.lifeNanos =
          (twice.compareTo(LIFE_WITHOUT_CALLS) > 0 ? twice : LIFE_WITHOUT_CALLS).toNanos();
    }

    long endsAtNanos() {
      return lastCallNanos + lifeNanos;
    }
  }
}
