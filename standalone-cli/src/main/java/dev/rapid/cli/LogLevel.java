package dev.rapid.cli;

/** How much Rapid tells about itself, the least first. */
enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE;

  /** Returns whether this level shows messages of {@code level}. */
  boolean shows(LogLevel level) {
    return level.compareTo(this) <= 0;
  }
}
