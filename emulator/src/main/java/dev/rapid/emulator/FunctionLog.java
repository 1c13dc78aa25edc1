package dev.rapid.emulator;

import dev.rapid.telemetry.log.LineWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the log of a function goes: what its processes write, and the platform's lines. */
public final class FunctionLog {

  private final @Nullable LineWriter shared;
  private final OutputStream out;
  private final Consumer<IOException> failure;

  private FunctionLog(
      @Nullable LineWriter shared, OutputStream out, Consumer<IOException> failure) {
    this.shared = shared;
    this.out = out;
    this.failure = failure;
  }

  /** Returns a log that keeps nothing. */
  public static FunctionLog none() {
    return to(OutputStream.nullOutputStream(), e -> {});
  }

  /**
   * Returns a log that is written to a stream by a thread of its own. The stream is not closed.
   *
   * @param failure is called once if the stream fails; the rest of the log is lost then
   */
  public static FunctionLog to(OutputStream out, Consumer<IOException> failure) {
    return new FunctionLog(null, out, failure);
  }

  /** Returns a log that shares a writer with others, who close it. */
  public static FunctionLog sharing(LineWriter writer) {
    return new FunctionLog(writer, OutputStream.nullOutputStream(), e -> {});
  }

  /**
   * Returns the writer of the log.
   *
   * @param lossReport words the line about lines that were lost
   * @param lifecycle closes a writer that belongs to this log alone
   */
  LineWriter open(LineWriter.LossReport lossReport, Lifecycle lifecycle) {
    return shared == null ? lifecycle.add(LineWriter.to(out, lossReport, failure)) : shared;
  }
}
