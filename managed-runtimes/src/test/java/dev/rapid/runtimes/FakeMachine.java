package dev.rapid.runtimes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A machine whose programs are files in a temporary directory. */
final class FakeMachine {

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();

  FakeMachine(Path root) {
    try {
      this.root = root.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment.put("HOME", this.root.resolve("home").toString());
    environment.put("PATH", bin().toString());
  }

  Path root() {
    return root;
  }

  Path bin() {
    return root.resolve("bin");
  }

  Path home() {
    return root.resolve("home");
  }

  FakeMachine with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Makes a program that prints lines. */
  Path program(String path, String... lines) {
    StringBuilder script = new StringBuilder("#!/bin/sh\n");
    for (String line : lines) {
      script.append("echo '").append(line).append("'\n");
    }
    Path file = file(path, script.toString());
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  Path file(String path, String content) {
    Path file = root.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory(String path) {
    try {
      return Files.createDirectories(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a Java installation of a version. */
  Path java(String path, String version) {
    file(path + "/release", "JAVA_VERSION=\"" + version + "\"\n");
    return program(path + "/bin/java");
  }

  ManagedRuntimes runtimes() {
    return runtimes(Map.of());
  }

  ManagedRuntimes runtimes(Map<String, List<String>> overrides) {
    return ManagedRuntimes.builder(environment)
        .overrides(overrides)
        .scratchParent(root.resolve("scratch"))
        .shipped(root.resolve("shipped"))
        .ownJava(root.resolve("own-java"))
        .build();
  }

  /** Returns a function whose code is in the folder {@code task}. */
  FunctionCode function(String runtime, String handler, Path... layers) {
    return function(runtime, handler, Map.of(), layers);
  }

  FunctionCode function(
      String runtime, String handler, Map<String, String> variables, Path... layers) {
    return new FunctionCode(
        "hello",
        runtime,
        handler,
        new FunctionCode.Source.OnDisk(directory("task")),
        Arrays.asList(layers),
        variables,
        512);
  }
}
