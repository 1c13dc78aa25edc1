package dev.rapid.core.process;

/**
 * The function's processes as a sandbox sees them.
 *
 * <p>Each start belongs to a <em>generation</em>, a number that grows with every initialisation of
 * the sandbox, so that news of a process that was replaced cannot be mistaken for news of its
 * successor. Both methods return at once; what happens later is told to the {@link Listener}.
 */
public interface Processes {

  /**
   * Starts the runtime of {@code generation}. Exactly one of {@link Listener#started} and {@link
   * Listener#startFailed} follows; after {@code started}, exactly one {@link Listener#exited}.
   */
  void startRuntime(int generation, Listener listener);

  /**
   * Ends all processes of {@code generation}, their descendants included. {@link Listener#gone}
   * follows once, when nothing of the generation is left; also if nothing was ever started.
   */
  void stop(int generation, Listener listener);

  /**
   * Returns the peak resident memory of the runtime of {@code generation} with its descendants, in
   * bytes, or 0 if it cannot be measured here.
   */
  long peakMemoryBytes(int generation);

  /** Receives what happens to processes, on any thread. */
  interface Listener {

    /** The runtime of {@code generation} runs. */
    void started(int generation);

    /** The runtime of {@code generation} could not be started. */
    void startFailed(int generation, StartFailure failure);

    /** The runtime of {@code generation} has ended; its output was read to the end. */
    void exited(int generation, ProcessExit exit);

    /** No process of {@code generation} is left. */
    void gone(int generation);
  }
}
