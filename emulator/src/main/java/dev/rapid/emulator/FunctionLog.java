package dev.rapid.emulator;

import dev.rapid.telemetry.log.LineWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The destination of a function's log: the output of its processes, and the platform's lines. */
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
   * @param failure called once if the stream fails; the rest of the log is then lost
   */
  public static FunctionLog to(OutputStream out, Consumer<IOException> failure) {
    return new FunctionLog(null, out, failure);
  }

  /** Returns a log that shares a writer; the owner of the writer closes it. */
  public static FunctionLog sharing(LineWriter writer) {
    return new FunctionLog(writer, OutputStream.nullOutputStream(), e -> {});
  }

  /**
   * Returns the writer of the log.
   *
   * @param lossReport formats the line that reports lost lines
   * @param lifecycle closes the writer if it belongs to this log alone
   */
  LineWriter open(LineWriter.LossReport lossReport, Lifecycle lifecycle) {
    return shared == null ? lifecycle.add(LineWriter.to(out, lossReport, failure)) : shared;
  }
}
