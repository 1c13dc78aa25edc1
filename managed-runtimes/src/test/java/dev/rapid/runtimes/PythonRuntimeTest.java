package dev.rapid.runtimes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.runtimes.cases.RuntimeCase;
import dev.rapid.runtimes.cases.RuntimeRun;
import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rapid's own runtime for Python against the table (contract templates-and-runtimes, 7.2). */
class PythonRuntimeTest {

  private static final Version WANTED = new Version(3, 11, 0);

  @TempDir Path temporary;

  static List<RuntimeCase> rows() {
    return RuntimeCase.of("python").stream().filter(row -> !"aws".equals(row.only())).toList();
  }

  @Test
  void a_change_of_the_code_in_the_same_second_is_seen() throws Exception {
    Optional<Interpreter> python =
        new Interpreters(new Machine(System.getenv()), Language.PYTHON).find(WANTED);
    assumeTrue(python.isPresent(), "Python is installed");
    FileTime second = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Path code = temporary.resolve("app.py");
    for (String version : List.of("old", "new")) {
      Files.writeString(code, "print('" + version + "')");
      Files.setLastModifiedTime(code, second);

      assertThat(outputOfImport(python.get().program())).isEqualTo(version + "\n");
    }
  }

  private String outputOfImport(Path python) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            python.toString(),
            "-c",
            "import sys; sys.path.insert(0, sys.argv[1]); from rapid_runtime import paths;"
                + " paths.prepare(''); import app",
            ShippedRuntimes.directory().resolve("python").toString());
    builder.environment().remove("PYTHONDONTWRITEBYTECODE");
    Process process =
        builder
            .directory(temporary.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void does_what_the_client_of_aws_does(RuntimeCase row) throws IOException {
    Map<String, String> environment = System.getenv();
    Optional<Interpreter> python =
        new Interpreters(new Machine(environment), Language.PYTHON).find(WANTED);
    assumeTrue(python.isPresent(), "Python is installed");
    assumeTrue(row.runsWith(python.get().version()), "its version has what the row needs");

    try (ManagedRuntimes runtimes =
        ManagedRuntimes.builder(environment).scratchParent(temporary).preferShipped().build()) {
      new RuntimeRun(row, RuntimeCase.handlers("python").toRealPath(), temporary.toRealPath())
          .check(runtimes, "python3.11");
    }
  }
}
