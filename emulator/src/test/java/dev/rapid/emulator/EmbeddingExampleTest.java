package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddingExampleTest {

  private static final String BEGIN = "// README: begin\n";
  private static final String END = "// README: end";

  @TempDir Path directory;

  @Test
  void the_example_invokes_its_function() throws IOException {
    assertThat(EmbeddingExample.run(EchoRuntime.command(), directory))
        .isEqualTo(
            "RETURNED {\"greeting\":\"Hello\",\"payload\":{\"name\":\"Ada\"},\"context\":null}");
  }

  @Test
  void the_readme_shows_the_example() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/rapid/emulator/EmbeddingExample.java"));
    int begin = source.indexOf(BEGIN) + BEGIN.length();
    String example =
        source.substring(begin, source.indexOf(END)).stripTrailing().stripIndent().strip();

    assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + example + "\n```");
  }
}
