package dev.rapid.conformance.kapacitor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Agents on the protobuf package of PyPI, {@code clients/kapacitor-python}, with message classes
 * that the project's protoc makes from our schemas.
 */
final class PythonAgent {

  private final ClientProject project;
  private final Schema schema;

  private PythonAgent(ClientProject project, Schema schema) {
    this.project = project;
    this.schema = schema;
  }

  /** Which messages the agents know. */
  enum Schema {
    CURRENT("kapacitor-protocol/src/main/proto", "udf.proto"),
    SEED("kapacitor-udf/src/test/proto", "seed.proto");

    private final String directory;
    private final String file;

    Schema(String directory, String file) {
      this.directory = directory;
      this.file = file;
    }

    String setting() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Returns the agents, with their package and the classes of the messages. Without Python, or if
   * the package cannot be installed, the test is skipped.
   */
  static PythonAgent install(Schema schema) {
    ClientProject project = ClientProject.of("kapacitor-python", "python3");
    String python = project.path("environment/bin/python");
    if (!project.has("environment/bin/python")
        || Command.of(python, "-c", "import google.protobuf").run().exit() != 0) {
      project.install("python3", "-m", "venv", "environment");
      project.install(
          python,
          "-m",
          "pip",
          "install",
          "-q",
          "--disable-pip-version-check",
          "-r",
          "requirements.txt");
    }
    PythonAgent agent = new PythonAgent(project, schema);
    agent.generate();
    return agent;
  }

  private void generate() {
    Path messages = messages();
    try {
      Files.createDirectories(messages);
      // The agents know one name.
      Files.copy(
          Command.ROOT.resolve(schema.directory).resolve(schema.file),
          messages.resolve("udf.proto"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.Result result =
        Command.of(protoc(), "-I", messages.toString(), "--python_out=" + messages, "udf.proto")
            .run();
    assumeTrue(result.exit() == 0, "protoc makes the classes: " + result.err());
  }

  /** Returns the protoc with which the build has made the Java classes. */
  private static String protoc() {
    Path directory = Command.ROOT.resolve("kapacitor-protocol/target/protoc-plugins");
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "protoc-[0-9]*.exe")) {
        for (Path program : found) {
          return program.toString();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assumeTrue(false, "the build's protoc is not in " + directory);
    throw new AssertionError();
  }

  private Path messages() {
    return project.directory().resolve("messages-" + schema.setting());
  }

  /** Returns what starts an agent. */
  List<String> command(String kind, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "env",
                "PYTHONPATH=" + messages(),
                project.path("environment/bin/python"),
                project.path("agent.py"),
                kind));
    words.addAll(List.of(more));
    return words;
  }
}
