package dev.rapid.cli;

/** The entry point of the program. */
public final class Main {

  private Main() {}

  /** Runs a command and exits with its {@link ExitCode}. */
  public static void main(String[] args) {
    int status = new Program(Shell.ofThisProcess()).run(args);
    System.exit(status);
  }
}
