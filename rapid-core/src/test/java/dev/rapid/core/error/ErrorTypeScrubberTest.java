package dev.rapid.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of contract runtime-extensions-telemetry, section 6.1, and what it says in words. */
final class ErrorTypeScrubberTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Runtime.ImportModuleError | Runtime.ImportModuleError",
        "Function.Boom             | Function.Boom",
        "Function.boom             | Function.Unknown",
        "Function.A                | Function.Unknown",
        "Function.                 | Function.Unknown",
        "Runtime.x                 | Runtime.Unknown",
        "my.Runtime.Foo <b>        | my.Runtime.Foo <b>",
        "Runtime.Foo123            | Runtime.Foo123",
        "Error                     | Runtime.Unknown",
        "TypeError                 | Runtime.Unknown",
        "Unhandled                 | Runtime.Unknown",
        "unhandled                 | Runtime.Unknown",
        "''                        | Runtime.Unknown",
        "Extension.Crash           | Runtime.Unknown",
        "Sandbox.Failure           | Runtime.Unknown",
        "function.Boom             | Runtime.Unknown",
        "a Function.boom           | Runtime.Unknown",
      })
  void a_reported_type_becomes(String reported, String scrubbed) {
    assertThat(ErrorTypeScrubber.scrub(reported)).isEqualTo(scrubbed);
  }

  @Test
  void a_missing_type_is_unknown() {
    assertThat(ErrorTypeScrubber.scrub(null)).isEqualTo("Runtime.Unknown");
  }

  @Test
  void control_characters_are_dropped_first() {
    assertThat(ErrorTypeScrubber.scrub("Function.Bo\r\nom\t\u0000")).isEqualTo("Function.Boom");
    assertThat(ErrorTypeScrubber.scrub("Fun\nction.boom")).isEqualTo("Function.Unknown");
  }
}
