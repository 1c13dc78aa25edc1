package dev.rapid.cli.config;

/** How much Rapid logs about itself, the least first. */
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
