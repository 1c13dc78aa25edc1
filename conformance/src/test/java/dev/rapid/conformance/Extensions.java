package dev.rapid.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A directory of external extensions, each of which behaves as the test says. */
final class Extensions {

  private static final Pattern IDENTITY = Pattern.compile("] is ([0-9a-f-]{36}), process ([0-9]+)");

  private final Path directory;

  private Extensions(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory in a temporary one. */
  static Extensions in(Path parent) {
    try {
      return new Extensions(Files.createDirectory(parent.resolve("extensions")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a file of the test resources. */
  static Path resource(String name) {
    return Path.of(System.getProperty("conformance.classes"), name).toAbsolutePath();
  }

  /** Adds one; {@code extension.sh} says what behaviours there are. */
  Extensions add(String name, String... behaviours) {
    StringBuilder script = new StringBuilder("#!/bin/sh\nexport 'name=" + name + "'\n");
    for (String behaviour : behaviours) {
      script.append("export '").append(behaviour).append("'\n");
    }
    script.append("exec bash '").append(resource("extension.sh")).append("'\n");
    return program(name, script.toString());
  }

  /** Adds any program. */
  Extensions program(String name, String script) {
    file(name, script);
    if (!directory.resolve(name).toFile().setExecutable(true)) {
      throw new IllegalStateException(name);
    }
    return this;
  }

  /** Adds a file that is not executable. */
  Extensions file(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Returns the option for Rapid. */
  String option() {
    return "--extensions-dir=" + directory;
  }

  /** Who an extension of one generation is. */
  record Identity(String identifier, long process) {}

  /** Waits for an extension that is not {@code other} to tell who it is. */
  static Identity identity(Rapid rapid, String name, @Nullable Identity other) {
    String another = other == null ? "" : "(?!" + other.identifier() + ")";
    String line = rapid.awaitOutput(Pattern.compile("^\\[" + name + "] is " + another));
    Matcher matcher = IDENTITY.matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException(line);
    }
    return new Identity(matcher.group(1), Long.parseLong(matcher.group(2)));
  }
}
