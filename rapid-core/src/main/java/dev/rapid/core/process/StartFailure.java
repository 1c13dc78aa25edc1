package dev.rapid.core.process;

/**
 * Why a process could not be started.
 *
 * @param kind what was wrong
 * @param message one line for people that names the file and the operating system's reason, for
 *     example {@code fork/exec /var/task/bootstrap: no such file or directory}
 */
public record StartFailure(Kind kind, String message) {

  /** What was wrong. */
  public enum Kind {
    /** The program is missing or not a program. */
    INVALID_ENTRYPOINT,
    /** The program may not be executed. */
    PERMISSION_DENIED,
    /** The working directory is missing, relative or not a directory. */
    INVALID_WORKING_DIR,
    /** The machine has no address, thread or descriptor left for it. */
    NO_RESOURCES
  }
}
