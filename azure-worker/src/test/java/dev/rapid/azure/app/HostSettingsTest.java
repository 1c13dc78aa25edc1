package dev.rapid.azure.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostSettingsTest {

  @TempDir Path root;

  @Test
  void an_app_without_a_host_json_has_the_usual_settings() throws Exception {
    assertThat(HostSettings.read(root)).isEqualTo(HostSettings.DEFAULT);
  }

  @Test
  void the_timeout_that_an_app_asks_for_is_read() throws Exception {
    write("{\"version\":\"2.0\",\"functionTimeout\":\"00:10:00\"}");

    assertThat(HostSettings.read(root).functionTimeout()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void minus_one_day_is_no_limit() throws Exception {
    write("{\"functionTimeout\":\"-1\"}");

    assertThat(HostSettings.read(root).functionTimeout()).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"00:00:00\"", "\"-2\"", "\"soon\"", "300"})
  void a_timeout_that_is_no_time_or_too_short_is_refused(String timeout) throws Exception {
    write("{\"functionTimeout\":" + timeout + "}");

    assertThatThrownBy(() -> HostSettings.read(root))
        .isInstanceOf(InvalidAppException.class)
        .hasMessageContaining("host.json: functionTimeout");
  }

  private void write(String content) throws Exception {
    new AppFolder(root).with("host.json", content);
  }
}
