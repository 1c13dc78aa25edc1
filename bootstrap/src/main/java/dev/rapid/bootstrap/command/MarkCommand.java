package dev.rapid.bootstrap.command;

import dev.rapid.bootstrap.family.FamilyMarks;
import dev.rapid.bootstrap.family.ProcFs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small program that marks the process it runs in (see {@link FamilyMarks}) and then turns into
 * the program we want. Java cannot set limits itself.
 *
 * @param prlimit the program of that name from util-linux; empty where families cannot be marked
 */
public record MarkCommand(Optional<Path> prlimit) {

  /** Marks nothing, where the system cannot. */
  public static final MarkCommand NONE = new MarkCommand(Optional.empty());

  /**
   * Returns what the directories of {@code searchPath} offer, {@link #NONE} where the system does
   * not show limits: there it may refuse to set them as well.
   */
  public static MarkCommand find(String searchPath, ProcFs proc) {
    return proc.showsLimits()
        ? new MarkCommand(SearchPath.find("prlimit", searchPath, Path.of("/")))
        : NONE;
  }

  /** Returns a mark for a new family. */
  public long next(FamilyMarks marks) {
    return prlimit.isPresent() ? marks.next() : FamilyMarks.NONE;
  }

  /** Returns the command that runs {@code command} as a process with a mark. */
  public List<String> wrap(long mark, List<String> command) {
    if (prlimit.isEmpty()) {
      return command;
    }
    // The colon without a number behind it leaves the hard limit as it is.
    List<String> wrapped =
        new ArrayList<>(List.of(prlimit.get().toString(), "--locks=" + mark + ":"));
    wrapped.addAll(command);
    return wrapped;
  }
}
