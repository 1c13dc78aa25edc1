package dev.rapid.core.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShapingRatesTest {

  @Test
  void the_default_is_2_mib_per_second_after_6_mib() {
    assertThat(ShapingRates.DEFAULT).isEqualTo(new ShapingRates(2_097_152, 6_291_456));
  }

  @ParameterizedTest
  @ValueSource(longs = {32_768, 32_769, 67_108_863, 67_108_864})
  void a_rate_and_a_burst_from_32_kib_to_64_mib_are_valid(long bytes) {
    assertThat(new ShapingRates(bytes, 32_768).bytesPerSecond()).isEqualTo(bytes);
    assertThat(new ShapingRates(32_768, bytes).burstBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 32_767, 67_108_865, Long.MAX_VALUE})
  void others_are_refused_with_their_range(long bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ShapingRates(bytes, 32_768))
        .withMessage(
            "The rate of a streamed response must be from 32768 to 67108864 bytes per second, not "
                + bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ShapingRates(32_768, bytes))
        .withMessage(
            "The burst of a streamed response must be from 32768 to 67108864 bytes, not " + bytes);
  }
}
