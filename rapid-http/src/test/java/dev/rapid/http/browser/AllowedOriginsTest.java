package dev.rapid.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which origins a list allows, and which are on this machine. */
final class AllowedOriginsTest {

  @Test
  void a_list_has_origins_or_an_asterisk() {
    assertThat(AllowedOrigins.allows(List.of("https://a.example"), "https://a.example")).isTrue();
    assertThat(AllowedOrigins.allows(List.of("https://a.example"), "http://a.example")).isFalse();
    assertThat(AllowedOrigins.allows(List.of("*"), "null")).isTrue();
    assertThat(AllowedOrigins.allows(List.of(), "null")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "https://localhost:3000",
        "http://app.localhost:5173",
        "http://127.0.0.1:3000",
        "http://[::1]:3000"
      })
  void servers_of_this_machine_are_local(String origin) {
    assertThat(AllowedOrigins.isLocal(origin)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "http://evil.example",
        "http://localhost.evil.example",
        "http://evil.example:80.localhost",
        "http://evillocalhost",
        "http://127.0.0.1.evil.example",
        "chrome-extension://localhost"
      })
  void others_are_not(String origin) {
    assertThat(AllowedOrigins.isLocal(origin)).isFalse();
  }
}
