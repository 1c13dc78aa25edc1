package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Named.named;

import dev.rapid.runtimes.ManagedRuntimes;
import dev.rapid.runtimes.cases.RuntimeCase;
import dev.rapid.runtimes.cases.RuntimeRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * AWS's clients against the cases of Rapid's own runtimes, so that these do what the clients do.
 */
class RuntimeCasesTest {

  /** Made by the first row, because it takes longer than all rows. */
  private static @Nullable ClientProject pythonProject;

  @TempDir Path temporary;

  static List<Named<RuntimeCase>> python() {
    return rows("python").map(row -> named(row.name(), row)).toList();
  }

  static List<Named<RuntimeCase>> node3() {
    return rows("node")
        .filter(row -> row.isAbout("3.x"))
        .map(row -> named(row.name(), row))
        .toList();
  }

  static List<Named<RuntimeCase>> node4() {
    return rows("node")
        .filter(row -> row.isAbout("4.x"))
        .map(row -> named(row.name(), row))
        .toList();
  }

  private static Stream<RuntimeCase> rows(String language) {
    return RuntimeCase.of(language).stream().filter(row -> !"rapid".equals(row.only()));
  }

  @ParameterizedTest
  @MethodSource("python")
  void the_client_for_python_passes(RuntimeCase row) throws IOException {
    ClientProject project = pythonProject();
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("HOME", temporary.toString());
    environment.put("PATH", project.path("environment/bin"));

    check(row, copy("python", project.directory().resolve("cases")), environment, "python3.11");
  }

  private static ClientProject pythonProject() {
    ClientProject project = pythonProject;
    if (project == null) {
      project = PythonClientTest.install();
      pythonProject = project;
    }
    return project;
  }

  @ParameterizedTest
  @MethodSource("node3")
  void the_client_3_for_node_passes(RuntimeCase row) throws IOException {
    checkNode(row, "aws-lambda-ric@3.3.0", "dist/index.mjs", 18, "nodejs22.x");
  }

  @ParameterizedTest
  @MethodSource("node4")
  void the_client_4_for_node_passes(RuntimeCase row) throws IOException {
    checkNode(row, "aws-lambda-ric@4.0.2", "index.mjs", 22, "nodejs24.x");
  }

  private void checkNode(RuntimeCase row, String client, String file, int lowest, String runtime)
      throws IOException {
    ClientProject project =
        ClientProject.of(
            "node", "node", "npm", "cmake", "make", "g++", "autoreconf", "libtoolize", "python3");
    String version = Command.of("node", "--version").run().out().strip();
    int major = Integer.parseInt(version.substring(1, version.indexOf('.')));
    assumeTrue(major >= lowest, "Node.js " + lowest + " is installed");
    Path directory = project.directory().resolveSibling("cases-" + runtime);
    Path taskRoot = copy("node", directory);
    Path installed = directory.resolve("client");
    if (!Files.exists(installed.resolve("node_modules/aws-lambda-ric").resolve(file))) {
      Files.createDirectories(installed);
      project.install(
          "npm",
          "install",
          "--silent",
          "--no-fund",
          "--no-audit",
          "--prefix",
          installed.toString(),
          client);
    }
    for (String module : List.of("aws-lambda-ric", "node-addon-api")) {
      Path link = taskRoot.resolve("node_modules").resolve(module);
      Path target = installed.resolve("node_modules").resolve(module);
      if (Files.exists(target) && !Files.exists(link)) {
        Files.createSymbolicLink(link, target);
      }
    }
    check(row, taskRoot, System.getenv(), runtime);
  }

  private void check(
      RuntimeCase row, Path taskRoot, Map<String, String> environment, String runtime)
      throws IOException {
    try (ManagedRuntimes runtimes =
        ManagedRuntimes.builder(environment)
            .shipped(Path.of(Rapid.shipped("runtimes")))
            .scratchParent(temporary)
            .build()) {
      new RuntimeRun(row, taskRoot.toRealPath(), temporary.toRealPath()).check(runtimes, runtime);
    }
  }

  /** Copies the handlers of a language, and returns where they are. */
  private static Path copy(String language, Path directory) throws IOException {
    Path source =
        Path.of(System.getProperty("rapid.root"))
            .resolve("managed-runtimes/src/test/resources/cases")
            .resolve(language);
    assertThat(source).isDirectory();
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path target = directory.resolve(source.relativize(file).toString());
        Files.createDirectories(target.resolveSibling("."));
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return directory;
  }
}
