package dev.rapid.cli;

import dev.rapid.cli.config.FileFaults;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.time.WallClock;
import dev.rapid.telemetry.log.InvocationLog;
import dev.rapid.telemetry.log.LineWriter;
import dev.rapid.telemetry.subscription.RecordSink;
import dev.rapid.telemetry.subscription.TelemetryRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes every telemetry record on a line of its own (option {@code --events}). If the reader is
 * too slow, records are dropped, and a record reports how many. If the file cannot be written, the
 * log says so once, and at the end how many records are lost.
 */
final class EventsOutput implements RecordSink, AutoCloseable {

  /** The name that stands for stdout. */
  static final String STDOUT = "-";

  private final String name;
  private final LineWriter writer;
  private final @Nullable OutputStream file;

  /** Guarded by this. */
  private boolean closed;

  private EventsOutput(String name, OutputStream out, @Nullable OutputStream file) {
    this.name = name;
    this.writer =
        LineWriter.to(
            out, InvocationLog.lossReport(() -> LogFormat.JSON, WallClock.SYSTEM), this::failed);
    this.file = file;
  }

  /**
   * Opens a file and empties it.
   *
   * @param name the file, or {@link #STDOUT}
   * @throws UsageException if it cannot be written
   */
  static EventsOutput to(String name, Shell shell) {
    if (name.equals(STDOUT)) {
      return new EventsOutput("stdout", shell.out(), null);
    }
    try {
      Path path = shell.directory().resolve(name);
      OutputStream file = Files.newOutputStream(path);
      return new EventsOutput(name, file, file);
    } catch (IOException | InvalidPathException e) {
      throw new UsageException(
          "Cannot write " + Options.EVENTS.flag() + " " + name + ": " + FileFaults.reason(e));
    }
  }

  /**
   * Opens the file of {@code --events}, if there is one, for a command whose stdout is for
   * something else.
   *
   * @param stdout what stdout is for
   * @return null without the option
   * @throws UsageException if it cannot be written, or is stdout
   */
  static @Nullable EventsOutput notOnStdout(Settings settings, String stdout, Shell shell) {
    String name = settings.find(Options.EVENTS);
    if (STDOUT.equals(name)) {
      throw new UsageException(
          "stdout is for " + stdout, "Give " + Options.EVENTS.flag() + " the name of a file.");
    }
    return name == null ? null : to(name, shell);
  }

  @Override
  public void record(TelemetryRecord record) {
    byte[] json = record.jsonWithOrigin();
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    boolean unused = writer.lines(line, 0, line.length);
  }

  private void failed(IOException e) {
    Log.error(
        "Cannot write "
            + Options.EVENTS.flag()
            + " "
            + name
            + ": "
            + FileFaults.reason(e)
            + "; the events from here on are lost");
  }

  /** Returns whether records are missing without a report in the output. Valid after the end. */
  boolean isIncomplete() {
    return writer.discardedLines() > 0;
  }

  /**
   * Writes the waiting records and closes the file. Repeated calls do nothing.
   *
   * @throws UncheckedIOException if the file cannot be closed
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    writer.close();
    long lost = writer.discardedLines();
    if (lost > 0) {
      Log.error(lost + " events were not written to " + name);
    }
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
