package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.LoggerProvider;
import org.jspecify.annotations.Nullable;

/**
 * Sends the log of Undertow and XNIO to the {@link Log}; found through {@code META-INF/services}.
 * Without it they would search for four logging frameworks and then load the JDK's.
 */
public final class JBossLoggers implements LoggerProvider {

  /** Creates the provider. */
  public JBossLoggers() {}

  @Override
  public Logger getLogger(String name) {
    return new ToLog(name);
  }

  @Override
  public void clearMdc() {}

  @Override
  public @Nullable Object putMdc(String key, Object value) {
    return null;
  }

  @Override
  public @Nullable Object getMdc(String key) {
    return null;
  }

  @Override
  public void removeMdc(String key) {}

  @Override
  public Map<String, Object> getMdcMap() {
    return Map.of();
  }

  @Override
  public void clearNdc() {}

  @Override
  public @Nullable String getNdc() {
    return null;
  }

  @Override
  public int getNdcDepth() {
    return 0;
  }

  @Override
  public @Nullable String popNdc() {
    return null;
  }

  @Override
  public @Nullable String peekNdc() {
    return null;
  }

  @Override
  public void pushNdc(String message) {}

  @Override
  public void setNdcMaxDepth(int maxDepth) {}

  private static final class ToLog extends Logger {

    private static final long serialVersionUID = 1;

    ToLog(String name) {
      super(name);
    }

    @Override
    public boolean isEnabled(Level level) {
      return Log.isShownOfLibrary(levelOf(level));
    }

    @Override
    protected void doLog(
        Level level,
        String loggerClassName,
        @Nullable Object message,
        Object @Nullable [] parameters,
        @Nullable Throwable failure) {
      if (isEnabled(level)) {
        String text = String.valueOf(message);
        boolean plain = parameters == null || parameters.length == 0;
        Log.log(
            levelOf(level),
            plain ? text : new MessageFormat(text, Locale.ROOT).format(parameters),
            failure);
      }
    }

    @Override
    protected void doLogf(
        Level level,
        String loggerClassName,
        String format,
        Object @Nullable [] parameters,
        @Nullable Throwable failure) {
      if (isEnabled(level)) {
        Log.log(
            levelOf(level),
            parameters == null ? format : String.format(Locale.ROOT, format, parameters),
            failure);
      }
    }

    private static LogLevel levelOf(Level level) {
      return switch (level) {
        case FATAL, ERROR -> LogLevel.ERROR;
        case WARN -> LogLevel.WARN;
        case INFO -> LogLevel.INFO;
        case DEBUG -> LogLevel.DEBUG;
        case TRACE -> LogLevel.TRACE;
      };
    }
  }
}
