package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {

  private static final Path DIRECTORY = Path.of("/project/dir");

  private static ConfigFile parse(String name, String text) {
    return ConfigFile.parse(
        name,
        text,
        new ProcessContext(Map.of(), Path.of("/project"), new ByteArrayInputStream(new byte[0])));
  }

  private static List<String> texts(Option<?> option, String yaml) {
    return parse("x.yaml", yaml).values(option).stream().map(RawValue::text).toList();
  }

  @Test
  void comments_quotes_and_variables_below_env_are_read() {
    String text =
        """
        ---
        # a comment
        timeout: 3   # seconds
        handler: 'it''s # no comment'
        function-name: "a\\tb\\"c"
        env:
          PLAIN: a=b
          "QUOTED": ""

        memory: 128
        """;

    assertThat(texts(Options.TIMEOUT, text)).containsExactly("3");
    assertThat(texts(Options.HANDLER, text)).containsExactly("it's # no comment");
    assertThat(texts(Options.FUNCTION_NAME, text)).containsExactly("a\tb\"c");
    assertThat(texts(Options.ENV, text)).containsExactly("PLAIN=a=b", "QUOTED=");
    assertThat(texts(Options.MEMORY, text)).containsExactly("128");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{timeout: 3, memory: 128}",
        "{\"timeout\":3,\"memory\":128}",
        "? timeout\n: 3\n? memory\n: 128",
        "timeout: !!str 3\nmemory: >-\n  128\n",
        "memory: \"128\"\ntimeout: &t 3\n...\n",
        "%YAML 1.2\n---\ntimeout: '3'\nmemory:\n  128",
        "timeout: 3\r\nmemory: 128\r\n",
      })
  void options_may_have_any_form_of_yaml(String text) {
    assertThat(texts(Options.TIMEOUT, text)).containsExactly("3");
    assertThat(texts(Options.MEMORY, text)).containsExactly("128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "env:\n", "env: {}\n", "allowed-host: []"})
  void a_file_may_say_nothing(String text) {
    assertThat(parse("x.yaml", text).values().values()).allMatch(List::isEmpty);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env: {A: 1, B: x y}",
        "env: [A=1, B=x y]",
        "env:\n- A=1\n- 'B=x y'",
        "env: |\n  A=1\n\n  B=x y\n",
        "env: \"A=1\\nB=x y\"",
        "env.A: 1\nenv.B: x y",
        "env.A: 1\nenv: {B: x y}",
        "env: {<<: {B: x y}, A: 1}",
      })
  void variables_are_a_mapping_a_list_lines_or_keys(String text) {
    assertThat(texts(Options.ENV, text)).containsExactlyInAnyOrder("A=1", "B=x y");
  }

  @Test
  void a_variable_below_env_may_have_several_lines() {
    assertThat(texts(Options.ENV, "env:\n  KEY: |\n    one\n    two\n"))
        .containsExactly("KEY=one\ntwo\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allowed-host: [a.example, b.example]",
        "allowed-host:\n  - a.example\n  - b.example",
        "allowed-host: a.example, b.example",
        "env.A: &a a.example\nallowed-host: [*a, b.example]",
      })
  void an_option_that_may_be_repeated_may_have_a_list(String text) {
    assertThat(texts(Options.ALLOWED_HOST, text)).containsExactly("a.example", "b.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "account-id | 000000000042",
        "memory     | 0x80",
        "telemetry  | on",
        "lazy-init  | true",
        "timeout    | 1.50",
        "handler    | 2001-01-01",
      })
  void a_value_is_the_text_that_is_written(String key, String value) {
    assertThat(texts(ConfigFile.option(key, ""), key + ": " + value)).containsExactly(value);
  }

  @Test
  void an_option_of_json_may_have_the_structure_itself() {
    String yaml =
        """
        invoke-cors:
          AllowOrigins: [http://a, "*"]
          MaxAge: 0x10
          AllowCredentials: true
        event: {a: ~, b: 1.5, c: "1", d: [x], e: 012}
        """;

    assertThat(texts(Options.INVOKE_CORS, yaml))
        .containsExactly(
            "{\"AllowOrigins\":[\"http://a\",\"*\"],\"MaxAge\":16,\"AllowCredentials\":true}");
    assertThat(texts(Options.EVENT, yaml))
        .containsExactly("{\"a\":null,\"b\":1.5,\"c\":\"1\",\"d\":[\"x\"],\"e\":12}");
    assertThat(texts(Options.EVENT, "event: '{\"a\": 1}'")).containsExactly("{\"a\": 1}");
  }

  @Test
  void a_value_has_its_line_and_column() {
    assertThat(parse("dir/x.yaml", "\ntimeout:   3\nenv: {A: 1,\n  B: 2}\n").values())
        .isEqualTo(
            Map.of(
                Options.TIMEOUT,
                List.of(new RawValue("3", Origin.file("timeout", "dir/x.yaml:2:12", DIRECTORY))),
                Options.ENV,
                List.of(
                    new RawValue("A=1", Origin.file("env.A", "dir/x.yaml:3:10", DIRECTORY)),
                    new RawValue("B=2", Origin.file("env.B", "dir/x.yaml:4:6", DIRECTORY)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "timeout 3              | x.yaml:1:1: this is not a list of options, 'name: value'",
        "timeout:3              | x.yaml:1:1: this is not a list of options, 'name: value'",
        "- timeout: 3           | x.yaml:1:1: this is not a list of options, 'name: value'",
        "timeuot: 3             | x.yaml:1:1: there is no option 'timeuot'",
        "config: a.yaml         | x.yaml:1:1: there is no option 'config'",
        "env.: a                | x.yaml:1:1: there is no option 'env.'",
        "[timeout]: 3           | x.yaml:1:1: a name is text, not a list or a mapping",
        "timeout: [3]           | x.yaml:1:10: 'timeout' takes one value, not a list",
        "timeout: {a: 3}        | x.yaml:1:10: 'timeout' takes one value, not a mapping",
        "strict: {a: region}    | x.yaml:1:9: 'strict' takes values, not a mapping",
        "strict: [[region]]     | x.yaml:1:10: 'strict' takes text here, not a list or a mapping",
        "env: {A: [1]}          | x.yaml:1:10: 'env.A' takes text here, not a list or a mapping",
        "env: {'': 1}           | x.yaml:1:11: '' is not a name of a variable",
        "env: {A: 1, A: 2}      | x.yaml:1:13: 'A' is there twice",
        "{timeout: 3, timeout: 4} | x.yaml:1:14: 'timeout' is there twice",
        "{env: {A: 1}, env.A: 2} | x.yaml:1:22: 'env.A' is there twice",
        "timeout: null          | x.yaml:1:10: 'timeout' has no value; leave it out, or put quotes"
            + " around the word",
        "timeout: !mine 3       | x.yaml:1:10: the tag !mine has no meaning here",
        "timeout: \"3           | x.yaml:1:12: found unexpected end of stream, while scanning a"
            + " quoted scalar",
        "timeout: '3' 4         | x.yaml:1:14: expected <block end>, but found '<scalar>', while"
            + " parsing a block mapping",
        "timeout: *other        | x.yaml:1:10: found undefined alias other",
        "event: {a: .inf}       | x.yaml:1:12: JSON has no such number",
        "event: &e [*e]         | x.yaml:1:8: too many lists or mappings are inside each other",
      })
  void what_is_wrong_is_explained_with_file_line_and_column(String line, String message) {
    assertThatThrownBy(() -> parse("x.yaml", line))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void a_fault_in_a_later_line_has_the_number_of_that_line() {
    assertThatThrownBy(() -> parse("x.yaml", "timeout: 3\n\n  \nmemroy: 4\n"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo("x.yaml:4:1: there is no option 'memroy'");
              assertThat(e.suggestion()).isEqualTo("Did you mean 'memory'?");
            });
  }

  @Test
  void a_second_document_is_refused() {
    assertThatThrownBy(() -> parse("x.yaml", "timeout: 3\n---\nmemory: 4\n"))
        .hasMessage("x.yaml:3:1: a second document begins, and a file has one");
  }

  @Test
  void a_value_that_needs_quotes_is_told_so() {
    for (String text : List.of("event: @file", "handler: a: b", "handler: `x`")) {
      assertThatThrownBy(() -> parse("x.yaml", text))
          .isInstanceOfSatisfying(
              UsageException.class,
              e ->
                  assertThat(e.suggestion())
                      .isEqualTo("Put quotes around a value with such characters."));
    }
  }

  @Test
  void a_character_that_yaml_does_not_allow_has_its_place() {
    assertThatThrownBy(() -> parse("x.yaml", "timeout: 3\nhandler: a\0b\n"))
        .hasMessage("x.yaml:2:11: there is a character that YAML does not allow");
  }

  @Test
  void endless_nesting_is_refused() {
    assertThatThrownBy(() -> parse("x.yaml", "[".repeat(500_000)))
        .hasMessage("x.yaml: too many lists or mappings are inside each other");
  }

  @Test
  void aliases_that_multiply_are_refused() {
    StringBuilder yaml = new StringBuilder("event:\n  a0: &a0 [x, x]\n");
    for (int i = 1; i < 20; i++) {
      yaml.append("  a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertThatThrownBy(() -> parse("x.yaml", yaml.toString()))
        .hasMessageEndingWith(": too many lists or mappings are inside each other");
  }

  @Test
  void a_secret_is_not_repeated() {
    assertThatThrownBy(() -> parse("x.yaml", "env: {A: hunter2, A: hunter2}"))
        .hasMessageNotContaining("hunter2");
  }
}
