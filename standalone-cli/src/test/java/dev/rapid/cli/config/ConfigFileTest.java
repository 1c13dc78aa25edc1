package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

  @Test
  void yaml_has_comments_quotes_and_variables_below_env() {
    String text =
        """
        ---
        # a comment
        timeout: 3   # seconds
        handler: 'it''s # no comment'
        function-name: "a\\tb\\"c"
        env:
          PLAIN: a=b: c
          "QUOTED": ""

        memory: 128
        """;

    assertThat(ConfigFile.parse("rapid.yaml", text))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "timeout", "3",
                "handler", "it's # no comment",
                "function-name", "a\tb\"c",
                "env.PLAIN", "a=b: c",
                "env.QUOTED", "",
                "memory", "128"));
  }

  @Test
  void properties_name_variables_with_a_dot() {
    assertThat(ConfigFile.parse("rapid.properties", "timeout = 3\nenv.A=b\n# comment\n"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("timeout", "3", "env.A", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "timeout 3            | Line 1 of x.yaml is not 'key: value'",
        "timeout:3            | Line 1 of x.yaml is not 'key: value'",
        "timeout: [3]         | Line 1 of x.yaml has a value that begins with '['; quote it",
        "timeout: \"3         | Line 1 of x.yaml has no closing quote",
        "timeout: '3' 4       | Line 1 of x.yaml goes on after the closing quote",
        "timeout: \"\\q\"     | Line 1 of x.yaml has an unknown escape '\\q'",
        "- timeout: 3         | Line 1 of x.yaml: there is no option '- timeout'",
        "config: a.yaml       | Line 1 of x.yaml: there is no option 'config'",
        "timeuot: 3           | Line 1 of x.yaml: there is no option 'timeuot'",
      })
  void a_line_that_is_wrong_is_explained(String line, String message) {
    assertThatThrownBy(() -> ConfigFile.parse("x.yaml", line + "\n"))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void an_indented_line_needs_env_above_it() {
    assertThatThrownBy(() -> ConfigFile.parse("x.yaml", "timeout: 3\n  memory: 4\n"))
        .hasMessage("Line 2 of x.yaml is indented, but only variables below 'env:' may be");
  }

  @Test
  void a_key_that_is_there_twice_is_refused() {
    assertThatThrownBy(() -> ConfigFile.parse("x.yaml", "timeout: 3\ntimeout: 4\n"))
        .hasMessage("Line 2 of x.yaml: 'timeout' is there twice");
  }

  @Test
  void a_mistyped_key_is_told_what_was_meant() {
    assertThatThrownBy(() -> ConfigFile.parse("x.properties", "time-out=3"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> assertThat(e.suggestion()).isEqualTo("Did you mean 'timeout'?"));
  }

  @Test
  void a_name_that_tells_no_format_is_refused() {
    assertThatThrownBy(() -> ConfigFile.parse("rapid.conf", ""))
        .hasMessage("Cannot read rapid.conf: its name does not tell its format");
  }
}
