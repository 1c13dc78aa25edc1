package dev.rapid.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
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
 * <p>There is one for the whole process, because libraries ask for their loggers by static calls. A
 * logging framework would take longer to start than the rest of Rapid.
 */
final class Log {

  private static volatile LogLevel level = LogLevel.INFO;
  private static volatile boolean rieLayout;
  private static volatile OutputStream out = new FileOutputStream(FileDescriptor.err);

  private Log() {}

  /** Sets what is shown from now on, and where. */
  static void configure(LogLevel threshold, OutputStream stream) {
    level = threshold;
    out = stream;
    rieLayout = false;
  }

  /**
   * As {@link #configure}, with lines that look like those of RIE (contract lifecycle-and-control,
   * section 1.6).
   */
  static void configureAsRie(LogLevel threshold, OutputStream stream) {
    configure(threshold, stream);
    rieLayout = true;
  }

  static boolean isShown(LogLevel messageLevel) {
    return level.shows(messageLevel);
  }

  /** Libraries get one level less, for their information is about themselves. */
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

  static void info(String message) {
    log(LogLevel.INFO, message, null);
  }

  /** Shows a message, and the stack trace of {@code failure} from level debug on. */
  static void log(LogLevel messageLevel, String message, @Nullable Throwable failure) {
    if (!isShown(messageLevel)) {
      return;
    }
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
    text.append(message);
    if (failure != null) {
      text.append(": ").append(failure);
      if (isShown(LogLevel.DEBUG)) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        text.append('\n').append(trace);
      }
    }
    try {
      out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Nobody reads it, and there is no other place to say so.
    }
  }
}
