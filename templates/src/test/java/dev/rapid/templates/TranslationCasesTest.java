package dev.rapid.templates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.TemplateException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each directory below {@code translations} is a template with what it must become: {@code
 * rapid.yaml}, and {@code warnings.txt} or {@code errors.txt} with paths relative to the directory.
 */
class TranslationCasesTest {

  static Stream<String> cases() throws IOException {
    try (Stream<Path> directories = Files.list(root())) {
      return directories.map(each -> each.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_template_becomes_the_expected_configuration(String name) throws IOException {
    Path directory = root().resolve(name);
    String yaml;
    List<Problem> warnings;
    String errors;
    try {
      Translation translation = Templates.read(directory, TemplateOptions.DEFAULT);
      yaml = translation.yaml();
      warnings = translation.warnings();
      errors = "";
      assertThat(translation.positions()).hasSameSizeAs(yaml.lines().toList());
    } catch (TemplateException e) {
      yaml = "";
      warnings = List.of();
      errors = lines(e.problems(), directory);
    }

    assertThat(errors).as("errors of %s", name).isEqualTo(text(directory, "errors.txt"));
    assertThat(yaml).as("configuration of %s", name).isEqualTo(text(directory, "rapid.yaml"));
    assertThat(lines(warnings, directory))
        .as("warnings of %s", name)
        .isEqualTo(text(directory, "warnings.txt"));
  }

  private static String lines(List<Problem> problems, Path directory) {
    return problems.stream()
        .map(problem -> problem.toString().replace(directory + "/", "") + "\n")
        .collect(Collectors.joining());
  }

  private static String text(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static Path root() {
    try {
      return Path.of(
          Objects.requireNonNull(TranslationCasesTest.class.getResource("/translations")).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
