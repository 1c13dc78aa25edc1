package dev.rapid.runtimeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import org.junit.jupiter.api.AfterEach;

/** What all tests of this API share: a runtime that was started, and accounts that are settled. */
abstract class RuntimeApiTest {

  final RuntimeApi api;

  RuntimeApiTest() {
    this(RuntimeApi.starting());
  }

  RuntimeApiTest(RuntimeApi api) {
    this.api = api;
  }

  static final String INVALID_REQUEST_ID =
      RuntimeApi.errorBody("InvalidRequestID", "Invalid request ID");

  @AfterEach
  final void all_memory_is_given_back() {
    try {
      eventually(() -> api.usedBytes() == 0);
    } finally {
      api.close();
    }
  }

  static void assertAccepted(WireAnswer answer) {
    assertJson(answer, 202, RuntimeApi.STATUS_OK);
  }

  static void assertJson(WireAnswer answer, int status, String body) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(answer.body().length));
    assertThat(answer.header("Date")).isNotNull();
  }
}
