package dev.rapid.runtimes.interpreter;

import java.nio.file.Path;

/**
 * An interpreter of this machine.
 *
 * @param program its program, absolute
 * @param version its version; the parts that finding it did not tell are 0
 */
public record Interpreter(Path program, Version version) {

  /** Returns the directory that it is installed in, above its {@code bin}. */
  public Path home() {
    Path bin = program.getParent();
    Path home = bin == null ? null : bin.getParent();
    return home == null ? program : home;
  }
}
