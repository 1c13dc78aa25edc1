package dev.rapid.emulator;

import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.kapacitor.UdfSandboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pools of one function that are not for all callers: those of calls of Fn, and those of uses
 * by Kapacitor, which are made with the first use. Thread-safe.
 */
final class CallerPools {

  private final PoolMaker maker;
  private final Engine engine;
  private final CallPools calls;

  // All guarded by this.
  private @Nullable UdfPools uses;
  private ConfiguredFunction configured;
  private FleetConfig limits;
  private boolean retired;

  /**
   * Creates no pool yet.
   *
   * @param configured the function without the settings of calls
   * @param limits the limits of a fleet without the settings of calls
   * @param callWait how long calls of Fn wait for room
   */
  CallerPools(
      PoolMaker maker,
      ConfiguredFunction configured,
      FleetConfig limits,
      Duration callWait,
      Engine engine) {
    this.maker = maker;
    this.engine = engine;
    this.configured = configured;
    this.limits = limits;
    this.calls =
        new CallPools(maker, configured, limits, callWait, engine.timers(), engine.clock());
  }

  /**
   * Returns the function with the workers that a call of Fn may use.
   *
   * @throws InvalidSettingsException if the environment of the call cannot be used
   */
  RunnerFunction of(CallModel call) {
    return calls.of(call);
  }

  /** Returns the sandboxes for uses by Kapacitor. */
  synchronized UdfSandboxes udfSandboxes() {
    UdfPools known = uses;
    if (known == null) {
      known = new UdfPools(maker, configured, limits, engine);
      uses = known;
      if (retired) {
        known.retire();
      }
    }
    return known.sandboxes();
  }

  private synchronized @Nullable UdfPools uses() {
    return uses;
  }

  /** Returns all pools. */
  List<FunctionPool> all() {
    List<FunctionPool> all = new ArrayList<>(calls.all());
    UdfPools known = uses();
    if (known != null) {
      all.addAll(known.all());
    }
    return all;
  }

  /** Replaces the function's configuration, and then the sandboxes. */
  void renew(ConfiguredFunction next, FleetConfig nextLimits) {
    UdfPools known;
    synchronized (this) {
      configured = next;
      limits = nextLimits;
      known = uses;
    }
    calls.renew(next, nextLimits);
    if (known != null) {
      known.renew(next, nextLimits);
    }
  }

  /** New pools run nothing any more. The caller ends those that exist. */
  void retire() {
    UdfPools known;
    synchronized (this) {
      retired = true;
      known = uses;
    }
    calls.retire();
    if (known != null) {
      known.retire();
    }
  }
}
