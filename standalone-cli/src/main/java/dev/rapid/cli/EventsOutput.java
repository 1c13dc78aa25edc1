package dev.rapid.cli;

import dev.rapid.core.function.LogFormat;
import dev.rapid.core.time.WallClock;
import dev.rapid.telemetry.InvocationLog;
import dev.rapid.telemetry.LineWriter;
import dev.rapid.telemetry.subscription.RecordSink;
import dev.rapid.telemetry.subscription.TelemetryRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes every record of telemetry on a line of its own (option {@code --events}). What its reader
 * is too slow for is dropped, and a record tells so.
 */
final class EventsOutput implements RecordSink, AutoCloseable {

  /** Stands for stdout in place of a file. */
  static final String STDOUT = "-";

  private final LineWriter writer;
  private final @Nullable OutputStream file;

  private EventsOutput(OutputStream out, @Nullable OutputStream file) {
    this.writer =
        LineWriter.to(out, InvocationLog.lossReport(() -> LogFormat.JSON, WallClock.SYSTEM));
    this.file = file;
  }

  /**
   * Opens a file, which is emptied if it exists.
   *
   * @param name the file, or {@link #STDOUT}
   * @throws UsageException if it cannot be written
   */
  static EventsOutput to(String name, Shell shell) {
    if (name.equals(STDOUT)) {
      return new EventsOutput(shell.out(), null);
    }
    Path path = shell.directory().resolve(name);
    try {
      OutputStream file = Files.newOutputStream(path);
      return new EventsOutput(file, file);
    } catch (IOException e) {
      throw new UsageException(
          "Cannot write " + Option.EVENTS.flag() + " " + name + ": " + e.getMessage());
    }
  }

  @Override
  public void record(TelemetryRecord record) {
    byte[] json = record.jsonWithRequestId();
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    boolean unused = writer.lines(line, 0, line.length);
  }

  @Override
  public void close() throws IOException {
    writer.close();
    if (file != null) {
      file.close();
    }
  }
}
