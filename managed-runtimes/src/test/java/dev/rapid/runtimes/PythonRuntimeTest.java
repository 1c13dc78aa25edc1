package dev.rapid.runtimes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.runtimes.cases.RuntimeCase;
import dev.rapid.runtimes.cases.RuntimeRun;
import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
