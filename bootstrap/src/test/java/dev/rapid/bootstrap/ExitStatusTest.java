package dev.rapid.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitStatusTest {

  @ParameterizedTest
  @CsvSource({
    "0, exit status 0",
    "1, exit status 1",
    "127, exit status 127",
    "128, exit status 128",
    "129, exit status 129",
    "130, signal: interrupt",
    "132, signal: illegal instruction",
    "133, signal: trace/breakpoint trap",
    "134, signal: aborted",
    "135, signal: bus error",
    "136, signal: floating point exception",
    "137, signal: killed",
    "138, exit status 138",
    "139, signal: segmentation fault",
    "141, signal: broken pipe",
    "143, signal: terminated",
    "152, signal: CPU time limit exceeded",
    "255, exit status 255",
  })
  void an_exit_value_is_worded_as_in_lambdas_messages(int exitValue, String words) {
    assertThat(ExitStatus.decode(exitValue).describe()).isEqualTo(words);
  }
}
