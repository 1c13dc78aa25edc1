package dev.rapid.runtimeapi;

import static dev.rapid.runtimeapi.RuntimeApi.CREDENTIALS;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.ValidatableResponse;
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

  private ValidatableResponse ask(String token) {
    return given().header("Authorization", token).get(api.url(CREDENTIALS)).then();
  }

  private static void assertUnknown(ValidatableResponse answer) {
    answer
        .statusCode(404)
        .contentType("text/plain; charset=utf-8")
        .header("X-Content-Type-Options", "nosniff")
        .body(equalTo("cannot get credentials for the provided token\n"));
  }

  @Test
  void a_request_with_the_token_gets_the_credentials() {
    String json =
        """
        {"AccessKeyId":"AKIA","SecretAccessKey":"s\\u003ccret","Token":"session/token",\
        "Expiration":"2099-12-31T23:59:59Z"}\
        """;

    ask(api.credentials().token())
        .statusCode(200)
        .contentType("text/plain; charset=utf-8")
        .header("Content-Length", String.valueOf(json.length()))
        .body(equalTo(json));
  }

  @Test
  void replaced_credentials_are_given_out_for_the_same_token() {
    String token = api.credentials().token();

    api.credentials()
        .replace(new RoleCredentials("A2", "S2", "", Instant.parse("2026-01-01T06:00:00Z")));

    ask(token)
        .body(
            equalTo(
                """
                {"AccessKeyId":"A2","SecretAccessKey":"S2","Token":"",\
                "Expiration":"2026-01-01T06:00:00Z"}\
                """));
    assertThat(api.credentials().token()).isEqualTo(token);
  }

  @Test
  void without_a_token_there_are_no_credentials() {
    assertUnknown(given().get(api.url(CREDENTIALS)).then());
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "Bearer %s", "%sx", "\"%s\""})
  void with_another_token_there_are_no_credentials(String pattern) {
    assertUnknown(ask(pattern.replace("%s", api.credentials().token())));
  }

  @Test
  void the_token_is_a_uuid_and_each_store_has_another() {
    RoleCredentials credentials = new RoleCredentials("a", "b", "c");

    String token = new CredentialStore(credentials).token();

    assertThat(UUID.fromString(token)).hasToString(token);
    assertThat(new CredentialStore(credentials).token()).isNotEqualTo(token);
  }

  @Test
  void no_secret_is_printed() {
    CredentialStore store = new CredentialStore(new RoleCredentials("AKIA", "secret", "session"));

    assertThat(store + " " + store.credentials())
        .contains("AKIA")
        .doesNotContain("secret")
        .doesNotContain("session")
        .doesNotContain(store.token());
  }
}
