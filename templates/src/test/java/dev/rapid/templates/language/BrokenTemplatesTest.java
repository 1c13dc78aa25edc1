package dev.rapid.templates.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Templates with faults. Beside each of them is a file {@code .txt} with its problems: file, line,
 * column and fault, as the user sees them.
 */
class BrokenTemplatesTest {

  private static final Path TEMPLATES = Stacks.RESOURCES.resolve("broken");

  @ParameterizedTest
  @MethodSource("templates")
  void each_fault_of_a_template_is_named_with_its_place(Path template) throws IOException {
    Path expected = TEMPLATES.resolve(template.toString().replaceFirst("\\.\\w+$", ".txt"));

    assertThat(String.join("\n", problems(template)) + "\n").isEqualTo(Files.readString(expected));
  }

  /** Returns the problems of reading a template and resolving all that is in it. */
  private static List<String> problems(Path template) {
    Problems problems = new Problems();
    List<Problem> errors = new ArrayList<>();
    try {
      resolveAll(
          Stacks.resolver(
              TEMPLATES.resolve(template),
              Deployment.of("us-east-1", "123456789012", "local")
                  .withIncludeDirectories(List.of(TEMPLATES)),
              problems));
    } catch (TemplateException e) {
      errors.addAll(e.problems());
    }
    errors.addAll(problems.errors());
    return Stream.concat(
            errors.stream().map(problem -> "error " + relative(problem)),
            problems.warnings().stream().map(problem -> "warning " + relative(problem)))
        .toList();
  }

  private static void resolveAll(Resolver resolver) {
    resolver
        .resources()
        .forEach((id, node) -> {
          if (node instanceof MapNode resource && resolver.exists(resource)) {
            resource.forEach((name, value) -> resolver.resolve(name, value));
          }
        });
  }

  private static Problem relative(Problem problem) {
    return new Problem(
        TEMPLATES.relativize(problem.file()), problem.line(), problem.column(), problem.message());
  }

  static List<Path> templates() throws IOException {
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      List<Path> templates =
          files
              .map(Path::getFileName)
              .filter(file -> !file.toString().endsWith(".txt"))
              .sorted()
              .toList();
      assertThat(templates).hasSizeGreaterThan(20);
      return templates;
    }
  }
}
