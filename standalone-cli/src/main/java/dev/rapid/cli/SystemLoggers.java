package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import java.lang.System.Logger;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Sends the log of Rapid's modules to the {@link Log}; found through {@code META-INF/services}. */
public final class SystemLoggers extends System.LoggerFinder {

  /** Creates the finder. */
  public SystemLoggers() {}

  @Override
  public Logger getLogger(String name, Module module) {
    return new ToLog(name);
  }

  private record ToLog(String name) implements Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return level != Level.OFF
          && (isOurs() ? Log.isShown(levelOf(level)) : Log.isShownOfLibrary(levelOf(level)));
    }

    private boolean isOurs() {
      return name.startsWith("dev.rapid.");
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable failure) {
      if (isLoggable(level)) {
        Log.log(levelOf(level), String.valueOf(message), failure);
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object... parameters) {
      if (isLoggable(level)) {
        String text = String.valueOf(format);
        boolean plain = parameters == null || parameters.length == 0;
        Log.log(
            levelOf(level),
            plain ? text : new MessageFormat(text, Locale.ROOT).format(parameters),
            null);
      }
    }

    private static LogLevel levelOf(Level level) {
      return switch (level) {
        case ALL, TRACE -> LogLevel.TRACE;
        case DEBUG -> LogLevel.DEBUG;
        case INFO -> LogLevel.INFO;
        case WARNING -> LogLevel.WARN;
        case ERROR, OFF -> LogLevel.ERROR;
      };
    }
  }
}
