package dev.rapid.runtimeapi;

import static dev.rapid.runtimeapi.RuntimeApi.CREDENTIALS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /2021-04-23/credentials} (contract runtime-extensions-telemetry, section 1.8). */
final class CredentialsTest extends RuntimeApiTest {

  CredentialsTest() {
    super(RuntimeApi.startingWithSnapStart());
  }

  private WireAnswer ask() {
    return api.connect().get(CREDENTIALS, "Authorization: " + api.credentials().token());
  }

  private static void assertUnknown(WireAnswer answer) {
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("cannot get credentials for the provided token\n");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void whoever_shows_the_token_gets_the_credentials() {
    WireAnswer answer = ask();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo(
            """
            {"AccessKeyId":"AKIA","SecretAccessKey":"s\\u003ccret","Token":"session/token",\
            "Expiration":"2099-12-31T23:59:59Z"}\
            """);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(answer.body().length));
  }

  @Test
  void replaced_credentials_are_given_out_for_the_same_token() {
    String token = api.credentials().token();

    api.credentials()
        .replace(new Credentials("A2", "S2", "", Instant.parse("2026-01-01T06:00:00Z")));

    assertThat(ask().text())
        .isEqualTo(
            """
            {"AccessKeyId":"A2","SecretAccessKey":"S2","Token":"",\
            "Expiration":"2026-01-01T06:00:00Z"}\
            """);
    assertThat(api.credentials().token()).isEqualTo(token);
  }

  @Test
  void without_a_token_there_are_no_credentials() {
    assertUnknown(api.connect().get(CREDENTIALS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "Bearer %s", "%sx", "\"%s\""})
  void with_another_token_there_are_no_credentials(String pattern) {
    String token = api.credentials().token();

    assertUnknown(api.connect().get(CREDENTIALS, "Authorization: " + pattern.replace("%s", token)));
  }

  @Test
  void the_token_is_a_uuid_and_each_store_has_another() {
    Credentials credentials = new Credentials("a", "b", "c");

    String token = new CredentialStore(credentials).token();

    assertThat(UUID.fromString(token)).hasToString(token);
    assertThat(new CredentialStore(credentials).token()).isNotEqualTo(token);
  }

  @Test
  void no_secret_is_printed() {
    CredentialStore store = new CredentialStore(new Credentials("AKIA", "secret", "session"));

    assertThat(store + " " + store.credentials())
        .contains("AKIA")
        .doesNotContain("secret")
        .doesNotContain("session")
        .doesNotContain(store.token());
  }
}
