package dev.rapid.azure.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class TimeSpanTest {

  @ParameterizedTest
  @CsvFileSource(
      resources = "times.txt",
      delimiter = '|',
      quoteCharacter = '\'',
      nullValues = "none")
  void a_time_is_read(String text, @Nullable Duration expected) {
    assertThat(TimeSpan.parse(text)).isEqualTo(expected);
  }
}
