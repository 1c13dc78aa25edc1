package dev.rapid.core.process;

/**
 * How a process ended.
 *
 * <p>The wording of {@link #describe()} is the one of Lambda's own error messages.
 */
public sealed interface ProcessExit {

  /** Returns the text that Lambda puts into {@code Runtime.ExitError} messages. */
  String describe();

  /**
   * The process ended by itself.
   *
   * @param status the exit status, 0 to 255
   */
  record Exited(int status) implements ProcessExit {
    @Override
    public String describe() {
      return "exit status " + status;
    }
  }

  /**
   * A signal ended the process.
   *
   * @param name the signal in words, for example {@code killed}
   */
  record Signaled(String name) implements ProcessExit {
    @Override
    public String describe() {
      return "signal: " + name;
    }
  }

  /**
   * The process ended, and what it wrote last may say why.
   *
   * @param how without such a reason
   * @param reason one line, for example its last error lines
   */
  record Explained(ProcessExit how, String reason) implements ProcessExit {
    @Override
    public String describe() {
      return how.describe() + ": " + reason;
    }
  }
}
