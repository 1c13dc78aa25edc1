package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void blanks_separate_words() {
    assertThat(Words.of("  python3\tapp.py \n x ")).containsExactly("python3", "app.py", "x");
    assertThat(Words.of(" ")).isEmpty();
  }

  @Test
  void quotes_keep_blanks_and_are_no_part_of_the_word() {
    assertThat(Words.of("sh -c 'echo  \"$1\"' a\"b 'c'\"d '' \"\""))
        .containsExactly("sh", "-c", "echo  \"$1\"", "ab 'c'd", "", "");
  }

  @Test
  void a_backslash_keeps_the_next_character() {
    assertThat(Words.of("a\\ b \\\"c\\' \\\\")).containsExactly("a b", "\"c'", "\\");
  }

  @Test
  void in_quotes_a_backslash_is_special_only_before_what_would_end_them() {
    assertThat(Words.of("\"a\\\"b\\\\c\\d\" 'e\\'")).containsExactly("a\"b\\c\\d", "e\\");
  }

  @Test
  void what_has_no_end_is_refused() {
    assertThatThrownBy(() -> Words.of("a 'b"))
        .hasMessage("has an opening quote without a closing one");
    assertThatThrownBy(() -> Words.of("\"b\\\""))
        .hasMessage("has an opening quote without a closing one");
    assertThatThrownBy(() -> Words.of("a\\")).hasMessage("ends with a backslash");
  }
}
