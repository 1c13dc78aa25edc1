package dev.rapid.templates.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import org.snakeyaml.engine.v2.schema.JsonSchema;
import org.snakeyaml.engine.v2.schema.Schema;

class YamlWriterTest {

  private static final Path FILE = Path.of("template.yaml");

  @Test
  void mappings_and_lists_are_written_for_people() {
    Section variables = new Section(at(5)).put("STAGE", at(6), "dev").put("LEVEL", at(7), "debug");
    Section function =
        new Section(at(2))
            .put("runtime", at(3), "python3.13")
            .put("timeout", at(4), 10)
            .put("snapstart", at(4), true)
            .putTexts("layers", at(8), List.of("lay", "other lay"))
            .put("env", variables)
            .put(
                "versions",
                at(9),
                List.of(
                    new Section(at(10)).put("version", at(10), "1").node(),
                    new Section(at(11)).put("version", at(11), "2").node()));

    assertThat(write(new Section(at(1)).put("hello", function)))
        .isEqualTo(
            """
            hello:
              runtime: python3.13
              timeout: 10
              snapstart: true
              layers: [lay, "other lay"]
              env:
                STAGE: dev
                LEVEL: debug
              versions:
                - version: "1"
                - version: "2"
            """);
  }

  @Test
  void a_text_that_looks_like_another_value_has_quotes() {
    Section section = new Section(at(1));
    for (String text : List.of("true", "No", "12", "1.0", "1e3", "null", "~", "", "-", ".5", "y")) {
      section.put("k" + section.node().entries().size(), at(1), text);
    }

    assertThat(load(write(section), new CoreSchema()).values())
        .containsExactly("true", "No", "12", "1.0", "1e3", "null", "~", "", "-", ".5", "y");
  }

  @Test
  void a_value_of_another_type_keeps_it() {
    Section section =
        new Section(at(1))
            .put("number", at(1), new ScalarNode(at(1), "512", true))
            .put("truth", at(1), new ScalarNode(at(1), "Yes", true))
            .put("nothing", at(1), new ScalarNode(at(1), "~", true))
            .put("octal", at(1), new ScalarNode(at(1), "012", true));

    assertThat(write(section))
        .isEqualTo("number: 512\ntruth: true\nnothing: null\noctal: \"012\"\n");
  }

  @Test
  void a_text_of_several_lines_is_a_block() {
    String code = "def handler(event, context):\n\n    return event\n";

    String yaml = write(new Section(at(1)).put("inline-code", at(1), code));

    assertThat(yaml)
        .isEqualTo("inline-code: |\n  def handler(event, context):\n\n      return event\n");
  }

  @Test
  void a_dollar_that_would_begin_a_variable_is_doubled() {
    Section section =
        new Section(at(1))
            .put("a", at(1), "${HOME} $HOME $$ 5$")
            .putTexts("b", at(1), List.of("$${x}"));

    assertThat(write(section)).isEqualTo("a: $${HOME} $HOME $$$ 5$\nb: [\"$$$${x}\"]\n");
  }

  @Test
  void empty_lists_and_mappings_have_brackets() {
    Section section =
        new Section(at(1))
            .put("list", at(1), new ListNode(at(1), List.of()))
            .put("mapping", at(1), new MapNode(at(1), new Section(at(1)).node().entries()));

    assertThat(write(section)).isEqualTo("list: []\nmapping: {}\n");
  }

  @Test
  void each_line_knows_where_it_comes_from() {
    Section inner = new Section(at(3)).put("code", at(4), "a\nb").put("x", at(6), "y");

    YamlText written = YamlWriter.write(new Section(at(1)).put("f", inner).node());

    assertThat(written.text().lines()).hasSameSizeAs(written.origins());
    assertThat(written.origins().stream().map(Position::line)).containsExactly(3, 4, 4, 4, 6);
  }

  @Test
  void every_text_is_read_as_it_was_written() {
    String[] parts = {
      "a",
      "B",
      "0",
      "7",
      " ",
      "  ",
      "\n",
      "\n\n",
      "\t",
      "\r",
      ":",
      ": ",
      " #",
      "#",
      "-",
      "- ",
      "'",
      "\"",
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      "&",
      "*",
      "!",
      "|",
      ">",
      "%",
      "@",
      "`",
      "$",
      "${",
      "?",
      "=",
      "~",
      "é",
      "\u2028",
      "\u0085",
      "\u0001",
      "\ud83d\ude00",
      "\ufeff",
      "no",
      "null",
      "1.5",
      "<<",
      "..."
    };
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      String value = text.toString();
      Section section =
          new Section(at(1))
              .put("deep", new Section(at(1)).put("value", at(1), value))
              .putTexts("items", at(1), List.of(value, value))
              .put(value, at(1), "key");

      Map<String, Object> loaded =
          load(write(section), random.nextBoolean() ? new CoreSchema() : new JsonSchema());

      String expected = YamlScalar.withoutVariables(value);
      assertThat(loaded)
          .as("seed %d, text '%s', in\n%s", seed, value, write(section))
          .isEqualTo(
              Map.of(
                  "deep",
                  Map.of("value", expected),
                  "items",
                  List.of(expected, expected),
                  value,
                  "key"));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> load(String yaml, Schema schema) {
    LoadSettings settings = LoadSettings.builder().setSchema(schema).build();
    return (Map<String, Object>) new Load(settings).loadFromString(yaml);
  }

  private static String write(Section section) {
    return YamlWriter.write(section.node()).text();
  }

  private static Position at(int line) {
    return new Position(FILE, line, 1);
  }
}
