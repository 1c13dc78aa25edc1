package dev.rapid.core.process;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One process of a sandbox.
 *
 * @param generation which init it was started for
 * @param extension the name of the external extension, null for the runtime
 */
public record ProcessName(int generation, @Nullable String extension) {

  /** Returns the runtime of {@code generation}. */
  public static ProcessName runtime(int generation) {
    return new ProcessName(generation, null);
  }

  /** Returns the external extension {@code name} of {@code generation}. */
  public static ProcessName extension(int generation, String name) {
    return new ProcessName(generation, name);
  }

  // Written out: those that Java generates make classes when they are first called, for which the
  // start of the first process would wait.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProcessName that
        && generation == that.generation
        && Objects.equals(extension, that.extension);
  }

  @Override
  public int hashCode() {
    return 31 * generation + Objects.hashCode(extension);
  }

  /** Returns the name that logs show, for example {@code extension-logger.sh-1}. */
  @Override
  public String toString() {
    return (extension == null ? "runtime-" : "extension-" + extension + "-") + generation;
  }
}
