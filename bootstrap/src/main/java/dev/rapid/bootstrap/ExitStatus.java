package dev.rapid.bootstrap;

import dev.rapid.core.process.ProcessExit;
import java.util.Map;

/**
 * Decides whether an exit value is a status or a signal.
 *
 * <p>Java reports the death by signal <i>n</i> as exit value 128 + <i>n</i>, which a program may
 * also choose itself. A value that stands for a signal that commonly ends programs counts as the
 * signal, any other value as a status. So 128 and 129 stay statuses; Node's client ends with them
 * after uncaught exceptions, and nothing hangs up a process without a terminal. A program that
 * passes on the status of a shell, for example 137, counts as killed, as its child was.
 */
final class ExitStatus {

  private static final int SIGNAL_BASE = 128;

  /**
   * Signal numbers of Linux, with the words of Lambda's messages (contract invoke-api, section
   * 1.9).
   */
  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(2, "interrupt"),
          Map.entry(4, "illegal instruction"),
          Map.entry(5, "trace/breakpoint trap"),
          Map.entry(6, "aborted"),
          Map.entry(7, "bus error"),
          Map.entry(8, "floating point exception"),
          Map.entry(9, "killed"),
          Map.entry(11, "segmentation fault"),
          Map.entry(13, "broken pipe"),
          Map.entry(15, "terminated"),
          Map.entry(24, "CPU time limit exceeded"));

  private ExitStatus() {}

  static ProcessExit ofSignal(int signal) {
    return new ProcessExit.Signaled(SIGNALS.getOrDefault(signal, "signal " + signal));
  }

  static ProcessExit decode(int exitValue) {
    String signal = SIGNALS.get(exitValue - SIGNAL_BASE);
    return signal == null ? new ProcessExit.Exited(exitValue) : new ProcessExit.Signaled(signal);
  }
}
