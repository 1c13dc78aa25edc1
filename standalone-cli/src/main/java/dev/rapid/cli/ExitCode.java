package dev.rapid.cli;

import java.util.ArrayList;
import java.util.List;

/** What the program's exit status means. */
public enum ExitCode {
  /** All went well; for {@code serve}: it was asked to end and did. */
  SUCCESS(0, "success"),
  /** The function reported an error, or its runtime failed while handling the event. */
  FUNCTION_ERROR(1, "the function failed"),
  /** The command line, the environment, the configuration file or the event is wrong. */
  USAGE(2, "wrong usage: an option, the configuration or the event"),
  /** The function could not be initialised. */
  INIT_FAILURE(3, "the function's init failed"),
  /** The function did not answer in time. */
  TIMEOUT(4, "the function timed out"),
  /** Too many invocations are waiting already. */
  THROTTLED(5, "the invocation was throttled"),
  /** An address cannot be listened on, or nobody answers at it. */
  UNAVAILABLE(69, "an address cannot be used, or the Rapid at --url does not answer"),
  /** Rapid itself failed. */
  INTERNAL(70, "a fault in Rapid itself, or a response or --events that cannot be written");

  private final int status;
  private final String meaning;

  ExitCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  /** Returns the lines that explain all codes. */
  static List<String> list() {
    List<String> lines = new ArrayList<>();
    lines.add("Exit codes:");
    for (ExitCode code : values()) {
      lines.add((code.status < 10 ? "   " : "  ") + code.status + "  " + code.meaning);
    }
    return lines;
  }

  /** Returns the status for the operating system. */
  public int status() {
    return status;
  }

  /** Returns what the help says about it. */
  public String meaning() {
    return meaning;
  }
}
