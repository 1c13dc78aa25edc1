package dev.rapid.azure.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSettingsTest {

  @TempDir Path root;

  @Test
  void an_app_without_the_file_has_no_variables() throws Exception {
    assertThat(LocalSettings.read(root)).isEmpty();
  }

  @Test
  void its_values_are_variables() throws Exception {
    write(
        "{\"IsEncrypted\":false,\"Values\":{\"A\":\"b\",\"N\":5,\"F\":true,\"E\":\"\",\"X\":null}}");

    assertThat(LocalSettings.read(root))
        .containsEntry("A", "b")
        .containsEntry("N", "5")
        .containsEntry("F", "true")
        .containsEntry("E", "")
        .hasSize(4);
  }

  @Test
  void values_that_are_encrypted_are_refused() throws Exception {
    write("{\"IsEncrypted\":true,\"Values\":{\"A\":\"x\"}}");

    assertThatThrownBy(() -> LocalSettings.read(root))
        .hasMessageContaining("func settings decrypt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{\"A\":{}}"})
  void values_that_are_no_texts_are_refused(String values) throws Exception {
    write("{\"Values\":" + values + "}");

    assertThatThrownBy(() -> LocalSettings.read(root)).hasMessageContaining("must be a");
  }

  private void write(String content) throws Exception {
    new AppFolder(root).with("local.settings.json", content);
  }
}
