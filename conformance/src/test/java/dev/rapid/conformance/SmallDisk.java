package dev.rapid.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;

/**
 * A file system in memory that only one program sees, mounted over a directory in a mount namespace
 * of its own. It goes when the program ends.
 *
 * @param options of the file system, for example {@code size=8m}
 */
record SmallDisk(String mountPoint, String options) {

  /** A disk that has room for so many bytes. */
  static SmallDisk ofMebibytes(String mountPoint, int mebibytes) {
    return new SmallDisk(mountPoint, "size=" + mebibytes + "m");
  }

  /** A disk that nothing can be written to, also not by root. */
  static SmallDisk readOnly(String mountPoint) {
    return new SmallDisk(mountPoint, "ro");
  }

  /**
   * Returns the command that starts a program with this disk. Where namespaces are not possible,
   * the test is skipped.
   *
   * @param prepare a shell command, which runs in the mount point before the program does
   */
  ProcessBuilder command(String prepare, List<String> program) {
    String flags = isRoot() ? "-m" : "-Urm";
    assumeTrue(Command.exists("unshare"), "unshare exists");
    Command.Result possible =
        Command.of("unshare", flags, "mount", "-t", "tmpfs", "tmpfs", mountPoint).run();
    assumeTrue(possible.exit() == 0, "a file system can be mounted: " + possible.err());
    String script =
        "mount -t tmpfs -o \"$1\" tmpfs \"$0\" && (cd \"$0\" && "
            + prepare
            + ") && shift"
            + " && exec \"$@\"";
    List<String> words =
        new ArrayList<>(List.of("unshare", flags, "sh", "-c", script, mountPoint, options));
    words.addAll(program);
    return new ProcessBuilder(words);
  }

  private static boolean isRoot() {
    return Command.of("id", "-u").run().out().strip().equals("0");
  }
}
