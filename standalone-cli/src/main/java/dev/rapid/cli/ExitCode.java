package dev.rapid.cli;

import java.util.ArrayList;
import java.util.List;

/** The exit statuses of the program. */
public enum ExitCode {
  /** Success; for {@code serve}: an orderly end on request. */
  SUCCESS(0, "success"),
  /** The function reported an error, or its runtime failed during the invocation. */
  FUNCTION_ERROR(1, "the function failed"),
  /** The command line, the environment, the configuration file or the payload is wrong. */
  USAGE(2, "wrong usage: an option, the configuration or the payload"),
  /** The function could not be initialised. */
  INIT_FAILURE(3, "the function's init failed"),
  /** The function did not answer in time. */
  TIMEOUT(4, "the function timed out"),
  /** Too many invocations are waiting already. */
  THROTTLED(5, "the invocation was throttled"),
  /** Rapid cannot listen on an address, or there is no answer from one. */
  UNAVAILABLE(69, "an address cannot be used, or the Rapid at --url does not answer"),
  /** Rapid itself failed. */
  INTERNAL(70, "a fault in Rapid itself, or a response or --events that cannot be written");

  private final int status;
  private final String meaning;

  ExitCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  /** Returns the lines of the help that explain all statuses. */
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

  /** Returns its explanation in the help. */
  public String meaning() {
    return meaning;
  }
}
