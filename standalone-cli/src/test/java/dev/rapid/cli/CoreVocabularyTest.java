package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The core speaks of sandboxes, workers and invocations, whatever platform they belong to. */
class CoreVocabularyTest {

  private static final Path SOURCES = Path.of("..", "rapid-core", "src");

  private static final Pattern PLATFORM = Pattern.compile("(?i)azure|kapacitor|grpc|\\bfdk");

  @Test
  void no_source_of_the_core_names_a_platform_whose_workers_it_runs() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }

    assertThat(sources).hasSizeGreaterThan(100);
    assertThat(sources)
        .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(PLATFORM));
  }
}
