package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Version;

/**
 * The identifier of a runtime.
 *
 * @param text as the template has it, for example {@code nodejs22.x}
 * @param family which launcher starts it
 * @param version the version of the language, 0 where the identifier has none
 */
record RuntimeName(String text, RuntimeFamily family, Version version) {

  static RuntimeName parse(String text) {
    for (RuntimeFamily family : RuntimeFamily.values()) {
      if (family != RuntimeFamily.OTHER && text.startsWith(family.prefix())) {
        Version version = Version.find(text.substring(family.prefix().length()));
        return new RuntimeName(text, family, version);
      }
    }
    return new RuntimeName(text, RuntimeFamily.OTHER, Version.NONE);
  }
}
