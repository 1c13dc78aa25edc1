package dev.rapid.cli.config;

/** A level of a function's own log, as its variable and {@code LoggingConfig} have it. */
enum ApplicationLogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL
}
