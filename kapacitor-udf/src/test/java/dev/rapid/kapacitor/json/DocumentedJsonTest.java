package dev.rapid.kapacitor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/kapacitor-json.md shows. */
final class DocumentedJsonTest {

  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  private static Stream<String> examples() throws IOException {
    String page = Files.readString(Path.of("../docs/kapacitor-json.md"));
    return JSON.matcher(page).results().map((MatchResult block) -> block.group(1));
  }

  @Test
  void each_example_can_be_read() throws IOException {
    List<String> examples = examples().toList();

    assertThat(examples).hasSizeGreaterThan(3);
    assertThat(examples)
        .allSatisfy(example -> {
          EdgeType type = example.contains("\"batches\": [{") ? EdgeType.BATCH : EdgeType.STREAM;
          ResultReader reader = new ResultReader(type, UdfSchema.CURRENT, 10_000);
          assertThatCode(() -> assertThat(reader.read(Payload.of(example))).isNotEmpty())
              .doesNotThrowAnyException();
        });
  }
}
