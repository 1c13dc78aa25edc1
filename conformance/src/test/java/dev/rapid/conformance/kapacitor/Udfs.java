package dev.rapid.conformance.kapacitor;

import dev.rapid.conformance.Command;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.kapacitor.scripted.ScriptedHost;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Rapid whose functions are exposed as user-defined functions, each on a socket of its name. What
 * a function does is in {@code kapacitor/function.py}.
 */
final class Udfs implements AutoCloseable {

  private final Path directory;
  private final Rapid rapid;

  private Udfs(Path directory, Rapid rapid) {
    this.directory = directory;
    this.rapid = rapid;
  }

  static Setup at(Path directory) {
    return new Setup(directory);
  }

  /** Returns what starts the scripted function. */
  static List<String> command(String... arguments) {
    return Agents.script("function.py", List.of(arguments));
  }

  /** The functions of a Rapid that is not started yet. */
  static final class Setup {

    private final Path directory;
    private final StringBuilder text = new StringBuilder("functions:\n");

    private Setup(Path directory) {
      this.directory = directory;
    }

    /**
     * Adds a function.
     *
     * @param arguments of the script, {@code NAME=VALUE}; those that begin with {@code udf.} or
     *     {@code function.} are lines of the function's mapping {@code udf}, or of the function,
     *     {@code NAME: VALUE}
     */
    Setup function(String name, String... arguments) {
      List<String> own = new ArrayList<>(List.of("trace=" + Agents.trace(directory, name)));
      StringBuilder lines = new StringBuilder();
      StringBuilder udf =
          new StringBuilder("    udf:\n      socket: \"" + socket(directory, name) + "\"\n");
      for (String argument : arguments) {
        if (argument.startsWith("udf.")) {
          udf.append("      ").append(argument.substring("udf.".length())).append('\n');
        } else if (argument.startsWith("function.")) {
          lines.append("    ").append(argument.substring("function.".length())).append('\n');
        } else {
          own.add(argument);
        }
      }
      text.append("  ").append(name).append(":\n    command: ");
      text.append(Agents.flow(command(own.toArray(String[]::new)))).append('\n');
      text.append(lines).append(udf);
      return this;
    }

    /** Writes the configuration, and returns its file. */
    Path write() {
      Path file = directory.resolve("rapid.yaml");
      try {
        return Files.writeString(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Udfs serve(String... options) {
      Path file = write();
      List<String> words = new ArrayList<>(List.of("--config=" + file, "--lazy-init"));
      words.addAll(List.of(options));
      return new Udfs(directory, Rapid.serve(words.toArray(String[]::new)));
    }
  }

  static Path socket(Path directory, String function) {
    return directory.resolve(function + ".sock");
  }

  /** Starts {@code rapid udf} as Kapacitor does, with the scripted function. */
  static Process start(List<String> options, String... arguments) {
    List<String> words = new ArrayList<>(List.of(Rapid.launcher("rapid"), "udf"));
    words.addAll(options);
    words.add("--");
    words.addAll(command(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(Command.ROOT.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    Command.cleanEnvironment(builder.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Rapid rapid() {
    return rapid;
  }

  URI invokeUrl(String function) {
    return URI.create(rapid.url() + "/2015-03-31/functions/" + function + "/invocations");
  }

  Path socket(String function) {
    return socket(directory, function);
  }

  /** Returns a path for a file that does not exist. */
  Path file(String name) {
    return directory.resolve(name);
  }

  Trace trace(String function) {
    return new Trace(Agents.trace(directory, function));
  }

  /** Connects to a function. */
  ScriptedHost connect(String function) {
    return ScriptedHost.connect(socket(function));
  }

  /** Connects to a function, and initialises it. */
  ScriptedHost use(String function) {
    return connect(function).use();
  }

  @Override
  public void close() {
    rapid.close();
  }
}
