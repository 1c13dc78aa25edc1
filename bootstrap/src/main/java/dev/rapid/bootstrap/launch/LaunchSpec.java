package dev.rapid.bootstrap.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What to start: a program, where, and with which environment.
 *
 * <p>Nothing is checked against the file system here; {@code LocalProcesses} does so at each start,
 * because the files may change between two starts.
 *
 * @param command the program and its arguments, not empty. A program with a slash in its name is
 *     resolved against the working directory, any other is searched for in {@code PATH}
 * @param workingDirectory the directory in which the program runs; must be absolute to be startable
 * @param environment the whole environment of the program; nothing is inherited besides
 * @param framedLog whether it is offered a framed log
 * @param protocol takes the stdin and the stdout of the program, if its worker protocol runs over
 *     them; then its stderr alone is its log, and no framed log is offered. Null if stdin is empty
 *     and both outputs are the log
 */
public record LaunchSpec(
    List<String> command,
    Path workingDirectory,
    Map<String, String> environment,
    FramedLog framedLog,
    @Nullable ProtocolStreams protocol) {

  /** Creates a specification of a program whose stdin is empty and whose outputs are its log. */
  public LaunchSpec(
      List<String> command,
      Path workingDirectory,
      Map<String, String> environment,
      FramedLog framedLog) {
    this(command, workingDirectory, environment, framedLog, null);
  }

  /**
   * Copies the command and the environment.
   *
   * @throws IllegalArgumentException if {@code command} is empty
   */
  public LaunchSpec {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("the command is empty; name at least a program");
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Names the variables without their values, which may be secret. */
  @Override
  public String toString() {
    return command + " in " + workingDirectory + " with " + new TreeSet<>(environment.keySet());
  }
}
