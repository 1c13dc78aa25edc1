package dev.rapid.core.process;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How serious a log message of a function is, from the least to the most serious. */
public enum ApplicationLogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL;

  /** Returns the level with a name in any case, null if there is none. */
  public static @Nullable ApplicationLogLevel named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT);
    for (ApplicationLogLevel level : values()) {
      if (level.name().equals(wanted)) {
        return level;
      }
    }
    return null;
  }
}
