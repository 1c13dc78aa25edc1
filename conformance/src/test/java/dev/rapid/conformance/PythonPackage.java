package dev.rapid.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A package of the Python Package Index, in a virtual environment that all runs share. */
public final class PythonPackage {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private PythonPackage() {}

  /**
   * Returns a Python that has the package: the one of this machine, or one of an environment that
   * it is installed into. Without Python, or if it cannot be installed, the test is skipped.
   *
   * @param requirement what pip installs, for example {@code boto3} or {@code boto3==1.40.0}
   * @param module what Python programs import
   */
  public static String install(String requirement, String module) {
    assumeTrue(Command.exists("python3"), "python3 exists");
    if (has("python3", module)) {
      return "python3";
    }
    Path environment =
        Path.of(System.getProperty("conformance.classes")).resolveSibling(module).toAbsolutePath();
    String python = environment.resolve("bin/python").toString();
    if (!Files.exists(Path.of(python)) || !has(python, module)) {
      run(requirement, "python3", "-m", "venv", environment.toString());
      run(
          requirement,
          python,
          "-m",
          "pip",
          "install",
          "-q",
          "--disable-pip-version-check",
          requirement);
    }
    return python;
  }

  private static boolean has(String python, String module) {
    return Command.of(python, "-c", "import " + module).run().exit() == 0;
  }

  private static void run(String requirement, String... words) {
    Command.Result result = Command.of(words).within(PATIENCE).run();
    assumeTrue(result.exit() == 0, requirement + " can be installed: " + result.err());
  }
}
