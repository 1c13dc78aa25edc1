package dev.rapid.emulator;

import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.telemetry.log.InvocationLog;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log's view of the processes, which in turn need the log. Without processes, as in attach
 * mode, its values are 0.
 */
final class RunningProcesses implements LongSupplier, InvocationLog.WrittenOutput {

  private volatile @Nullable LocalProcesses processes;
  private volatile int generation;

  /** Sets the processes that are queried from now on. */
  void attach(LocalProcesses started) {
    processes = started;
  }

  void began(int newest) {
    generation = newest;
  }

  /** Returns the peak memory of the newest runtime in bytes, 0 if it is not known. */
  @Override
  public long getAsLong() {
    LocalProcesses known = processes;
    return known == null ? 0 : known.peakMemoryBytes(generation);
  }

  @Override
  public int mark(long mark, boolean extensions) {
    LocalProcesses known = processes;
    return known == null ? 0 : known.markOutput(mark, extensions);
  }
}
