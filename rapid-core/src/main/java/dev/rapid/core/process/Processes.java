package dev.rapid.core.process;

import java.util.List;

/**
 * The function's processes as a sandbox sees them: the runtime and the external extensions.
 *
 * <p>Each start belongs to a <em>generation</em>, a number that grows with every initialisation of
 * the sandbox, so that news of a process that was replaced cannot be mistaken for news of its
 * successor. All methods return at once; the {@link Listener} hears what happens later.
 */
public interface Processes {

  /**
   * Returns the names of the external extensions that are installed now, in the order in which they
   * are to be started (contract lifecycle-and-control, section 1.7). Looks at one local directory;
   * what cannot be read counts as empty.
   */
  List<String> findExtensions();

  /**
   * Starts a process. Exactly one of {@link Listener#started} and {@link Listener#startFailed}
   * follows; after {@code started}, exactly one {@link Listener#exited}.
   */
  void start(ProcessName process, Listener listener);

  /** Asks a process and its descendants to end (SIGTERM); nothing happens if it does not run. */
  void terminate(ProcessName process);

  /** Kills a process and its descendants (SIGKILL); nothing happens if it does not run. */
  void kill(ProcessName process);

  /**
   * Kills all that is left of {@code generation}, descendants included. {@link Listener#gone}
   * follows once, when nothing of the generation is left; also if nothing was ever started.
   */
  void stop(int generation, Listener listener);

  /**
   * Stops the processes of {@code generation} and their descendants where they are (SIGSTOP), until
   * {@link #thaw}. A process that is killed ends nevertheless.
   */
  void freeze(int generation);

  /** Lets the processes of {@code generation} go on; nothing happens if they were not stopped. */
  void thaw(int generation);

  /**
   * Returns the peak resident memory of the runtime of {@code generation} with its descendants, in
   * bytes, or 0 if it cannot be measured here.
   */
  long peakMemoryBytes(int generation);

  /** Receives what happens to processes, on any thread. */
  interface Listener {

    /** The process runs. */
    void started(ProcessName process);

    /** The process could not be started. */
    void startFailed(ProcessName process, StartFailure failure);

    /** The process has ended; its output was read to the end. */
    void exited(ProcessName process, ProcessExit exit);

    /** No process of {@code generation} is left. */
    void gone(int generation);
  }
}
