package dev.rapid.runtimes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rapid.runtimes.cases.RuntimeCase;
import dev.rapid.runtimes.cases.RuntimeRun;
import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rapid's own runtime for Node.js against the table (contract templates-and-runtimes, 7.3). */
class NodeRuntimeTest {

  /** The runtimes whose behaviour is that of a version of AWS's client. */
  private static final Map<String, String> RUNTIMES =
      Map.of("3.x", "nodejs22.x", "4.x", "nodejs24.x");

  @TempDir Path temporary;

  static Stream<Arguments> rows() {
    return RuntimeCase.of("node").stream()
        .filter(row -> !"aws".equals(row.only()))
        .flatMap(row ->
            Stream.of("3.x", "4.x")
                .filter(row::isAbout)
                .map(behaviour -> arguments(behaviour, row)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rows")
  void does_what_the_client_of_aws_does(String behaviour, RuntimeCase row) throws IOException {
    Map<String, String> environment = System.getenv();
    Version wanted = Version.find(RUNTIMES.getOrDefault(behaviour, ""));
    Optional<Interpreter> node =
        new Interpreters(new Machine(environment), Language.NODE).find(wanted);
    assumeTrue(node.isPresent(), "Node.js is installed");
    assumeTrue(row.runsWith(node.get().version()), "its version has what the row needs");

    try (ManagedRuntimes runtimes =
        ManagedRuntimes.builder(environment).scratchParent(temporary).preferShipped().build()) {
      new RuntimeRun(row, RuntimeCase.handlers("node").toRealPath(), temporary.toRealPath())
          .check(runtimes, RUNTIMES.getOrDefault(behaviour, ""));
    }
  }
}
