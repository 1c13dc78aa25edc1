package dev.rapid.cli.config;

import dev.rapid.cli.config.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * A value of an option as it was written, and where.
 *
 * @param text what was written; empty for a structure
 * @param structure the lists and mappings of an option that takes them, null for other options
 */
record RawValue(String text, Origin origin, @Nullable Value structure) {

  RawValue(String text, Origin origin) {
    this(text, origin, null);
  }
}
