package dev.rapid.bootstrap;

import dev.rapid.core.process.Processes;

/**
 * A runtime that somebody else starts and ends, for example in a debugger.
 *
 * <p>It counts as started from the beginning, so the sandbox waits for its first request on the
 * Runtime API. Ending it is not ours: {@link #stop} reports that nothing is left and touches no
 * process. {@link Listener#exited} is never called. Listeners are called by the caller's thread.
 */
public final class AttachedRuntime implements Processes {

  /** Creates a runtime for which no process is started. */
  public AttachedRuntime() {}

  @Override
  public void startRuntime(int generation, Listener listener) {
    listener.started(generation);
  }

  @Override
  public void stop(int generation, Listener listener) {
    listener.gone(generation);
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }
}
