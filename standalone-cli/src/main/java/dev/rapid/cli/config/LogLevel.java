package dev.rapid.cli.config;

/** The levels of Rapid's own log, the least verbose first. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE;

  /** Returns whether this level shows messages of {@code level}. */
  public boolean shows(LogLevel level) {
    return level.compareTo(this) <= 0;
  }
}
