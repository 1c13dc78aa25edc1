package dev.rapid.azure.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files of an app. */
public record AppFolder(Path root) {

  /** Writes a file, with the directories above it. */
  public AppFolder with(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  /** Writes a function with a queue trigger, and more members of {@code function.json}. */
  public AppFolder withFunction(String name, String members) throws IOException {
    return with(
        name + "/function.json",
        "{\"bindings\":[{\"name\":\"q\",\"type\":\"queueTrigger\"}]" + members + "}");
  }
}
