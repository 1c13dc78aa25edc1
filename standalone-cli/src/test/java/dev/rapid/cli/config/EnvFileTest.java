package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileTest {

  private static Map<String, String> parse(String text) {
    return EnvFile.parse("my.env", text);
  }

  @Test
  void lines_are_variables_unless_they_are_empty_or_comments() {
    assertThat(parse("# comment\n\n  \nA=1\n  # another\n B=x=y \nC=\nD=größe"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "B", "x=y", "C", "", "D", "größe"));
  }

  @Test
  void lines_may_end_as_on_windows() {
    assertThat(parse("A=1\r\nB='two\r\nlines'\r\n"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "B", "two\nlines"));
  }

  @Test
  void export_may_stand_before_a_name_and_may_be_one() {
    assertThat(parse("export A=1\nexport\tB=2\nexport=3\nexported=4"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("A", "1", "B", "2", "export", "3", "exported", "4"));
  }

  @Test
  void a_value_without_quotes_is_taken_as_it_is() {
    assertThat(parse("A= a#b $C \\n it's \"so\" \n"))
        .isEqualTo(Map.of("A", "a#b $C \\n it's \"so\""));
  }

  @Test
  void a_value_in_single_quotes_is_taken_as_it_is() {
    assertThat(parse("A='pass!word \\n # $B \"' # comment"))
        .isEqualTo(Map.of("A", "pass!word \\n # $B \""));
  }

  @Test
  void a_value_in_double_quotes_has_escapes() {
    assertThat(parse("A=\"two words\\n\\t\\\"\\\\\\$\\d\""))
        .isEqualTo(Map.of("A", "two words\n\t\"\\$\\d"));
  }

  @Test
  void a_value_in_quotes_may_have_several_lines() {
    assertThat(parse("A=\"one\ntwo\n\"\nB=3")).isEqualTo(Map.of("A", "one\ntwo\n", "B", "3"));
  }

  @Test
  void the_last_of_several_with_the_same_name_counts() {
    assertThat(parse("A=1\nA=2")).isEqualTo(Map.of("A", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=1;hunter2 | line 2 of my.env: it is not NAME=VALUE",
        "A=1;=hunter2 | line 2 of my.env: it is not NAME=VALUE",
        "A=1;set B=hunter2 | line 2 of my.env: it is not NAME=VALUE",
        "A=1;export B C=hunter2 | line 2 of my.env: it is not NAME=VALUE",
        "A='1;2;3';B 2=hunter2 | line 4 of my.env: it is not NAME=VALUE",
        "A=1;B='hunter2;C=3; | line 2 of my.env: the quote ' that begins there is not closed",
        "A=1;B=\"x\" hunter2 | line 2 of my.env: something follows the closing quote",
        "A=1;B=hunter2\0x | line 2 of my.env: its value contains the character 0,"
            + " which no process can be given",
      })
  void a_line_that_is_not_understood_is_named_and_not_repeated(String lines, String message) {
    assertThatThrownBy(() -> parse(lines.replace(';', '\n')))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid value for --env-file: " + message)
        .hasMessageNotContaining("hunter2");
  }
}
