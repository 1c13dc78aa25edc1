package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import java.io.PrintStream;

/** The entry point of the program. */
public final class Main {

  private Main() {}

  /** Runs a command and exits with its {@link ExitCode}. */
  public static void main(String[] args) {
    Shell shell = Shell.ofThisProcess();
    // Stdout is for results only, and a stream without a reader must not block a thread.
    PrintStream stderr = new PrintStream(new LinesOutputStream(shell.err()), true);
    System.setOut(stderr);
    System.setErr(stderr);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> Log.log(LogLevel.ERROR, "a fault in thread " + thread.getName(), e));
    int status = new Program(shell).run(args);
    System.exit(status);
  }
}
