package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {

  @Test
  void what_means_nothing_to_a_shell_has_no_quotes() {
    assertThat(ShellWords.export("A", "127.0.0.1:9001")).isEqualTo("export A=127.0.0.1:9001");
    assertThat(ShellWords.export("A", "$LATEST")).isEqualTo("export A='$LATEST'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "$LATEST",
        "a b",
        "it's",
        "'",
        "\"$(id)\"",
        "`id`",
        "\\",
        "two\nlines",
        "~",
        "größe",
        "a*"
      })
  @DisabledOnOs(OS.WINDOWS)
  void a_shell_reads_what_was_written(String value) throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", ShellWords.export("A", value) + "; printf %s \"$A\"")
            .start();

    byte[] read = shell.getInputStream().readAllBytes();

    assertThat(new String(read, StandardCharsets.UTF_8)).isEqualTo(value);
  }
}
