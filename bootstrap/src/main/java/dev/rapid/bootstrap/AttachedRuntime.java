package dev.rapid.bootstrap;

import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import java.util.List;

/**
 * A runtime that the user starts and ends, for example in a debugger.
 *
 * <p>It counts as started from the beginning, so the sandbox waits for its first request on the
 * Runtime API. Rapid does not end it: signals do nothing, and {@link #stop} reports that nothing is
 * left and touches no process. {@link Listener#exited} is never called. There are no external
 * extensions. The caller's thread calls the listeners.
 */
public final class AttachedRuntime implements Processes {

  /** Creates a runtime for which no process is started. */
  public AttachedRuntime() {}

  @Override
  public List<String> findExtensions() {
    return List.of();
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    listener.started(process);
  }

  /** Does nothing. */
  @Override
  public void terminate(ProcessName process) {}

  /** Does nothing. */
  @Override
  public void kill(ProcessName process) {}

  /** Does nothing. */
  @Override
  public void freeze(int generation) {}

  /** Does nothing. */
  @Override
  public void thaw(int generation) {}

  @Override
  public void stop(int generation, Listener listener) {
    listener.gone(generation);
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }
}
