package dev.rapid.templates.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every function in the stack of {@code stack.yaml}. A file of {@code functions} has a list of
 * cases: a {@code value}, its {@code result} as JSON, and the {@code problems} it has, if any.
 */
class FunctionsTest {

  private static final Path CASES = Stacks.RESOURCES.resolve("functions");

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("cases")
  void a_function_gives(Path file, MapNode value, String result, List<String> expected)
      throws Exception {
    Problems problems = new Problems();
    Resolver resolver =
        Stacks.resolver(Stacks.RESOURCES.resolve("stack.yaml"), Stacks.DEPLOYMENT, problems);
    assertThat(problems.warnings()).isEmpty();

    Node resolved = resolver.resolve("Case", value);

    assertThat(((MapNode) resolved).entries().containsKey("value"))
        .isEqualTo(!result.equals("absent"));
    if (!result.equals("absent")) {
      assertThat(Trees.json(Trees.at(resolved, "value"))).isEqualTo(result);
    }
    List<String> reported = new ArrayList<>();
    problems.errors().forEach(problem -> reported.add("error: " + problem.message()));
    problems.warnings().stream().map(Problem::message).forEach(reported::add);
    assertThat(reported).containsExactlyElementsOf(expected);
  }

  static Stream<Arguments> cases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream().flatMap(FunctionsTest::cases);
    }
  }

  private static Stream<Arguments> cases(Path file) {
    try {
      return ((ListNode) Documents.read(file, new Problems()))
          .items().stream().map(item -> arguments(file, (MapNode) item));
    } catch (Exception e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  private static Arguments arguments(Path file, MapNode item) {
    List<String> problems = new ArrayList<>();
    if (item.get("problems") instanceof ListNode list) {
      list.items().forEach(problem -> problems.add(((ScalarNode) problem).text()));
    }
    return Arguments.of(
        file.getFileName(),
        MapNode.of(item.position(), "value", Trees.at(item, "value")),
        Trees.text(item, "result"),
        problems);
  }
}
