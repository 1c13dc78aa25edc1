package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigFileTest {

  private static final Path DIRECTORY = Path.of("/project");

  private static ConfigFile parse(String name, String text) {
    return ConfigFile.parse(
        name,
        text,
        new ProcessContext(Map.of(), Path.of("/project"), new ByteArrayInputStream(new byte[0])));
  }

  @Test
  void properties_name_variables_with_a_dot() {
    assertThat(parse("rapid.properties", "timeout = 3\nenv.A=b\n# comment\n").values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Options.TIMEOUT,
                List.of(new RawValue("3", Origin.file("timeout", "rapid.properties", DIRECTORY))),
                Options.ENV,
                List.of(new RawValue("A=b", Origin.file("env.A", "rapid.properties", DIRECTORY)))));
  }

  @Test
  void a_mistyped_key_is_told_what_was_meant() {
    assertThatThrownBy(() -> parse("x.properties", "time-out=3"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo("x.properties: there is no option 'time-out'");
              assertThat(e.suggestion()).isEqualTo("Did you mean 'timeout'?");
            });
  }

  @Test
  void a_name_that_tells_no_format_is_refused() {
    assertThatThrownBy(() -> parse("rapid.conf", ""))
        .hasMessage("Cannot read rapid.conf: its name does not tell its format");
  }
}
