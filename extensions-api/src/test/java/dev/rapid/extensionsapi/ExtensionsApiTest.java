package dev.rapid.extensionsapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What all tests of this API share: an environment, and accounts that are settled. */
abstract class ExtensionsApiTest {

  private @Nullable ExtensionsFixture fixture;

  /** Starts an environment with these external extensions. */
  final ExtensionsFixture start(String... external) {
    fixture = ExtensionsFixture.starting(external);
    return fixture;
  }

  @AfterEach
  final void all_memory_is_given_back() {
    ExtensionsFixture used = fixture;
    if (used != null) {
      try {
        eventually(() -> used.usedBytes() == 0);
      } finally {
        used.close();
      }
    }
  }

  static void assertAccepted(WireAnswer answer) {
    assertJson(answer, 202, ExtensionsFixture.STATUS_OK);
  }

  static void assertRefused(WireAnswer answer, String type, String message) {
    assertJson(answer, 403, ExtensionsFixture.errorBody(type, message));
  }

  static void assertJson(WireAnswer answer, int status, String body) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(answer.body().length));
    assertThat(answer.header("Date")).isNotNull();
  }
}
