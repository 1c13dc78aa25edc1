package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MachineMemoryTest {

  @ParameterizedTest
  @CsvSource({
    "16777216, max, 14746",
    "2097152, max, 1792",
    "2097152, 1073741824, 768",
    "100, max, 256",
    "67108864, max, 60416"
  })
  void a_tenth_of_what_is_available_is_kept_free(
      long availableKibibytes, String ofContainer, int megabytes) {
    String ofMachine =
        """
        MemTotal:       99999999 kB
        MemAvailable:   %d kB
        """
            .formatted(availableKibibytes);

    assertThat(MachineMemory.forWorkers(ofMachine, ofContainer + "\n")).isEqualTo(megabytes);
  }
}
