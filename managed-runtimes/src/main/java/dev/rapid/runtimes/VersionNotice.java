package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import java.util.ArrayList;
import java.util.List;

/** What the log says about the choice of an interpreter. */
final class VersionNotice {

  private VersionNotice() {}

  /**
   * Returns the line that names the choice, and a warning if the version is another one.
   *
   * @param title the language, for people
   * @param parts how many numbers of a version count
   * @param client what runs the handler
   * @param install the command that installs the wanted version
   */
  static List<Notice> of(
      RuntimeName runtime,
      String title,
      int parts,
      Interpreter interpreter,
      String client,
      String install) {
    List<Notice> notices = new ArrayList<>();
    String version = interpreter.version().text(parts);
    notices.add(
        Notice.info(
            runtime.text()
                + " runs with "
                + title
                + " "
                + version
                + " ("
                + interpreter.program()
                + ") and "
                + client));
    if (!interpreter.version().upTo(parts).equals(runtime.version().upTo(parts))) {
      notices.add(
          Notice.warning(
              runtime.text()
                  + " runs with "
                  + title
                  + " "
                  + version
                  + ", because "
                  + title
                  + " "
                  + runtime.version().text(parts)
                  + " is not installed; "
                  + install));
    }
    return notices;
  }
}
