package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.Message;
import dev.rapid.telemetry.log.LineWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rapid's own log: few lines, on stderr.
 *
 * <p>A thread that logs never waits for the reader of stderr. If there is no room, lines are
 * dropped, and a line reports how many.
 *
 * <p>It is static, because libraries get their loggers by static calls. A logging framework would
 * take longer to start than the rest of Rapid.
 */
final class Log {

  private static volatile LogLevel level = LogLevel.INFO;
  private static volatile boolean rieLayout;
  private static volatile LineWriter out = writer(new FileOutputStream(FileDescriptor.err));

  private Log() {}

  /** Returns a writer of lines to stderr, which the log can share with others. */
  static LineWriter writer(OutputStream stderr) {
    return LineWriter.to(
        stderr,
        (lines, bytes) -> {
          String lost = lines + " lines (" + bytes + " bytes) of the log were dropped";
          return line(LogLevel.WARN, lost + ": the reader of stderr is slower than the log");
        });
  }

  /** Sets the level and the writer from now on. */
  static void configure(LogLevel threshold, LineWriter writer) {
    level = threshold;
    out = writer;
    rieLayout = false;
  }

  /**
   * Writes the waiting lines, for at most {@link LineWriter#CLOSE_PATIENCE}; later ones are lost.
   */
  static void close() {
    out.close();
  }

  /**
   * As {@link #configure}, with lines in RIE's format (contract lifecycle-and-control, section
   * 1.6).
   */
  static void configureAsRie(LogLevel threshold, LineWriter writer) {
    configure(threshold, writer);
    rieLayout = true;
  }

  static boolean isShown(LogLevel messageLevel) {
    return level.shows(messageLevel);
  }

  /** Libraries log one level lower, because their information is about themselves. */
  static boolean isShownOfLibrary(LogLevel messageLevel) {
    return switch (messageLevel) {
      case ERROR, WARN -> isShown(messageLevel);
      case INFO -> isShown(LogLevel.DEBUG);
      case DEBUG, TRACE -> isShown(LogLevel.TRACE);
    };
  }

  static void error(String message) {
    log(LogLevel.ERROR, message, null);
  }

  static void warn(String message) {
    log(LogLevel.WARN, message, null);
  }

  static void message(Message message) {
    log(message.level(), message.text(), null);
  }

  static void info(String message) {
    log(LogLevel.INFO, message, null);
  }

  /** Shows a message, and the stack trace of {@code failure} from level debug on. */
  static void log(LogLevel messageLevel, String message, @Nullable Throwable failure) {
    if (!isShown(messageLevel)) {
      return;
    }
    String text = message;
    if (failure != null) {
      text += ": " + failure;
      if (isShown(LogLevel.DEBUG)) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        text += "\n" + trace;
      }
    }
    byte[] line = line(messageLevel, text);
    boolean unused = out.lines(line, 0, line.length);
  }

  private static byte[] line(LogLevel messageLevel, String message) {
    StringBuilder text = new StringBuilder();
    if (rieLayout) {
      text.append(
              DateTimeFormatter.ofPattern("dd MMM yyyy HH:mm:ss,SSS", Locale.ROOT)
                  .format(LocalDateTime.now(ZoneId.systemDefault())))
          .append(" [")
          .append(messageLevel == LogLevel.WARN ? "WARNING" : messageLevel)
          .append("] (rapid) ");
    } else {
      text.append("rapid: ");
      if (messageLevel != LogLevel.INFO) {
        text.append(messageLevel.name().toLowerCase(Locale.ROOT)).append(": ");
      }
    }
    return text.append(message).append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }
}
