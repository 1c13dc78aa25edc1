package dev.rapid.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchSpecTest {

  @Test
  void a_command_needs_a_program() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LaunchSpec(List.of(), Path.of("/"), Map.of(), FramedLog.OFF))
        .withMessageContaining("name at least a program");
  }

  @Test
  void its_text_does_not_reveal_values_of_variables() {
    LaunchSpec spec =
        new LaunchSpec(List.of("sh"), Path.of("/"), Map.of("TOKEN", "secret"), FramedLog.OFF);

    assertThat(spec).hasToString("[sh] in / with [TOKEN]");
  }
}
