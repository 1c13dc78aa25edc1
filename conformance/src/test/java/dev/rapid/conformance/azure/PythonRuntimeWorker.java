package dev.rapid.conformance.azure;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker around the engine {@code azure-functions-runtime} of PyPI, the Python of Azure Functions
 * from 3.13 on. The engine has no gRPC of its own; what it lacks is in {@code
 * clients/azure-python-runtime}, with message classes from our own proto files.
 */
public final class PythonRuntimeWorker {

  /** The variable in the worker's {@code worker.config.json} that names the program. */
  public static final String PYTHON_VARIABLE = "AZURE_PYTHON";

  private static final String NEWEST = "import sys; sys.exit(sys.version_info < (3, 13))";

  private static final String WORKS =
      "import azure_functions_runtime, grpc_tools, azurefunctions.extensions.http.fastapi";

  private final ClientProject project;
  private final String python;

  private PythonRuntimeWorker(ClientProject project, String python) {
    this.project = project;
    this.python = python;
  }

  /**
   * Returns the worker, with its packages and the classes of the messages. Without Python 3.13 or
   * newer, or if a package cannot be installed, the test is skipped.
   */
  public static PythonRuntimeWorker install() {
    String newest = newestPython();
    ClientProject project = ClientProject.of("azure-python-runtime");
    String python = project.path("environment/bin/python");
    if (!project.has("environment/bin/python") || !succeeds(python, WORKS)) {
      project.install(newest, "-m", "venv", "environment");
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
    try {
      Files.createDirectories(project.directory().resolve("messages"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    project.install(
        python,
        "-m",
        "grpc_tools.protoc",
        "-I",
        Command.ROOT.resolve("azure-protocol/src/main/proto").toString(),
        "--python_out=messages",
        "--grpc_python_out=messages",
        "FunctionRpc.proto",
        "identity/ClaimsIdentityRpc.proto",
        "shared/NullableTypes.proto");
    return new PythonRuntimeWorker(project, python);
  }

  private static String newestPython() {
    for (String candidate : candidates()) {
      if (succeeds(candidate, NEWEST)) {
        return candidate;
      }
    }
    assumeTrue(false, "Python 3.13 or newer is not installed");
    throw new AssertionError();
  }

  /** What the search path has, and what pyenv has beside it. */
  private static List<String> candidates() {
    List<String> all = new ArrayList<>();
    for (String name : List.of("python3.14", "python3.13", "python3")) {
      if (Command.exists(name)) {
        all.add(name);
      }
    }
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (Files.isDirectory(versions)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(versions, "3.1[3-9]*")) {
        found.forEach(each -> all.add(each.resolve("bin/python").toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  private static boolean succeeds(String python, String program) {
    return Command.of(python, "-c", program).run().exit() == 0;
  }

  /** Returns the program for {@link #PYTHON_VARIABLE}. */
  public String python() {
    return python;
  }

  /** Returns the directory with {@code worker.config.json}. */
  public String directory() {
    return project.directory().toString();
  }

  /** Returns the directory of one of the worker's own apps, for example {@code streaming}. */
  public String app(String name) {
    return project.path(name);
  }
}
