package dev.rapid.bootstrap.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small program that opens a session, and with it a process group, and then turns into the wanted
 * program, so that the process that Rapid started is the leader of both.
 *
 * <p>Java cannot do this itself. A group of its own lets us signal all members at once (contract
 * lifecycle-and-control, section 1.6), and a session of its own keeps the terminal's Ctrl-C away
 * from them.
 *
 * @param prefix what to put before the command; empty if there is no such program here
 */
public record SessionCommand(List<String> prefix) {

  /** Makes no session, where the system cannot. */
  public static final SessionCommand NONE = new SessionCommand(List.of());

  // The block form of exec never starts a shell.
  private static final String PERL_SCRIPT =
      "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or exit 127";

  /** Returns what the directories of {@code searchPath} offer. */
  public static SessionCommand find(String searchPath) {
    Path root = Path.of("/");
    Optional<SessionCommand> setsid =
        SearchPath.find("setsid", searchPath, root).map(SessionCommand::setsid);
    return setsid
        .or(() -> SearchPath.find("perl", searchPath, root).map(SessionCommand::perl))
        .orElse(NONE);
  }

  static SessionCommand setsid(Path program) {
    return new SessionCommand(List.of(program.toString()));
  }

  static SessionCommand perl(Path program) {
    return new SessionCommand(List.of(program.toString(), "-e", PERL_SCRIPT));
  }

  /** Returns a command that runs {@code command} in a session of its own. */
  public List<String> wrap(List<String> command) {
    List<String> wrapped = new ArrayList<>(prefix);
    wrapped.addAll(command);
    return wrapped;
  }
}
