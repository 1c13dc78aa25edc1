package dev.rapid.emulator;

import dev.rapid.core.time.WallClock;
import dev.rapid.telemetry.log.InvocationLog;
import java.util.IdentityHashMap;

/**
 * The logs of the functions. Functions with the same log share its writer, so that their lines do
 * not mix.
 */
final class FunctionLogs {

  private final Lifecycle lifecycle;

  /** Guarded by this. */
  private final IdentityHashMap<FunctionLog, SharedLog> opened = new IdentityHashMap<>();

  /** Creates logs whose writers {@code lifecycle} closes. */
  FunctionLogs(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /**
   * Opens a log, unless it is open.
   *
   * @param first the function that has it first; its format is that of a line that reports lost
   *     lines
   */
  synchronized SharedLog open(FunctionLog log, ConfiguredFunction first) {
    return opened.computeIfAbsent(
        log,
        fresh ->
            new SharedLog(
                fresh.open(
                    InvocationLog.lossReport(
                        () -> first.description().logFormat(), WallClock.SYSTEM),
                    lifecycle)));
  }
}
