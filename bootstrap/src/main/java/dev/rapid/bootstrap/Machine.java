package dev.rapid.bootstrap;

import dev.rapid.bootstrap.command.FramedLogCommand;
import dev.rapid.bootstrap.command.MarkCommand;
import dev.rapid.bootstrap.command.SessionCommand;
import dev.rapid.bootstrap.family.ProcFs;
import dev.rapid.bootstrap.output.OutputPipe;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What this machine offers for starting and ending processes.
 *
 * @param session how a process gets a session of its own
 * @param mark how a process gets the mark of its family
 * @param framedLog how a runtime gets a framed log, empty if it gets none
 * @param proc the table of processes
 * @param searchPath our own {@code PATH}
 * @param pipes makes the pipe for a process's output
 */
record Machine(
    SessionCommand session,
    MarkCommand mark,
    Optional<FramedLogCommand> framedLog,
    ProcFs proc,
    String searchPath,
    Supplier<OutputPipe> pipes) {

  private static final String DEFAULT_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin";

  /** Returns what this machine offers. */
  static Machine local() {
    String path = System.getenv("PATH");
    String searchPath = path == null ? DEFAULT_SEARCH_PATH : path;
    ProcFs proc = new ProcFs(Path.of("/proc"));
    return new Machine(
        SessionCommand.find(searchPath),
        MarkCommand.find(searchPath, proc),
        FramedLogCommand.find(searchPath),
        proc,
        searchPath,
        OutputPipe::create);
  }
}
