package dev.rapid.cli.config;

/** A value of an option as it was written, and where. */
record RawValue(String text, Origin origin) {}
