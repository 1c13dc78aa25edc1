package dev.rapid.cli.config;

import org.jspecify.annotations.Nullable;

/** The commands of {@code rapid}. */
public enum Command {
  /** Keeps a function ready for callers. */
  SERVE(
      "serve",
      "Runs a function and answers its callers until it is stopped.",
      "Without a COMMAND it waits for a runtime that you start yourself, for example in a"
          + " debugger.",
      "  rapid serve --timeout 3 -- python3 app.py"),
  /** Invokes a function once. */
  INVOKE(
      "invoke",
      "Runs a function, invokes it once and prints its response on stdout.",
      "All else goes to stderr. With --url it invokes a Rapid that runs already.",
      "  rapid invoke --event '{\"name\":\"world\"}' -- examples/bash/bootstrap"),
  /** Serves one host as a user-defined function. */
  UDF(
      "udf",
      "Runs a function as a user-defined function of Kapacitor, over stdin and stdout.",
      "Kapacitor starts it, as the 'prog' of a function of its section [udf]. Its log goes to"
          + " stderr.",
      "  rapid udf --udf-accepts factor=double -- python3 app.py"),
  /** Prints the configuration file that a template becomes. */
  CONFIG(
      "config",
      "Prints the configuration file that a template becomes (rapid.yaml).",
      "All else, such as warnings, goes to stderr. 'rapid serve --config' takes the file.",
      "  rapid config --template template.yaml > rapid.yaml"),
  /** Shows and changes the queue of asynchronous invocations. */
  ASYNC(
      "async",
      "Shows the queue of asynchronous invocations of a running Rapid, and changes it.",
      "ACTION is list, show (ID), retry (dead entries, and those that wait for a retry, are due at"
          + " once) or purge (removes them).",
      "  rapid async list --state dead"),
  /** Lists the runtimes of this machine. */
  DOCTOR(
      "doctor",
      "Lists the runtimes that functions can use here, and how to install those that are missing.",
      "It changes nothing.",
      "  rapid doctor");

  /** The program's name. */
  public static final String PROGRAM = "rapid";

  /** The name of the function's command in the help. */
  static final String FUNCTION_COMMAND = "COMMAND";

  /** The name of what {@link #ASYNC} does in the help. */
  static final String ACTION = "ACTION";

  private final String word;
  private final String summary;
  private final String remark;
  private final String example;

  Command(String word, String summary, String remark, String example) {
    this.word = word;
    this.summary = summary;
    this.remark = remark;
    this.example = example;
  }

  /** Returns the command with this name, null if there is none. */
  public static @Nullable Command of(String word) {
    for (Command command : values()) {
      if (command.word.equals(word)) {
        return command;
      }
    }
    return null;
  }

  /** Returns the name on the command line. */
  public String word() {
    return word;
  }

  /** Returns the synopsis of its command line. */
  public String synopsis() {
    return PROGRAM
        + " "
        + word
        + " [OPTIONS]"
        + (takesFunctionCommand() ? " [--] [" + FUNCTION_COMMAND + " [ARG...]]" : "")
        + (this == ASYNC ? " " + ACTION + " [ID...]" : "");
  }

  /** Returns whether the rest of its command line is what runs a function. */
  boolean takesFunctionCommand() {
    return this == SERVE || this == INVOKE || this == UDF;
  }

  /** Returns its summary in one line. */
  public String summary() {
    return summary;
  }

  /** Returns the rest of its description in the help. */
  String remark() {
    return remark;
  }

  /** Returns an example, indented. */
  public String example() {
    return example;
  }
}
