package dev.rapid.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.testing.WireAnswer;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON Web Tokens (contract http-front-door, section 8.6). The time is that of the year 2026. */
final class JwtTest {

  private static final FunctionTarget ECHO = new FunctionTarget("echo", null);
  private static final String CLAIMS =
      "{\"iss\":\"https://issuer\",\"aud\":\"app\",\"scope\":\"a"
          + " b\",\"roles\":[\"admin\",\"user\"],\"exp\":1900000000}";

  private static Api api() {
    return Api.builder("api", ApiType.HTTP)
        .authorizer(
            "Jwt",
            new Authorizer.Jwt(
                RequestValue.header("Authorization"), "https://issuer", List.of("app")))
        .defaultAuthorizer("Jwt")
        .route(Route.builder("GET /any", ECHO).build())
        .route(Route.builder("GET /a", ECHO).scopes(List.of("a")).build())
        .route(Route.builder("GET /c", ECHO).scopes(List.of("c")).build())
        .route(Route.builder("GET /one", ECHO).payload(PayloadFormat.V1).build())
        .build();
  }

  private static String token(String claims) {
    return "Authorization: Bearer " + part("{\"alg\":\"RS256\"}") + "." + part(claims) + ".c2ln";
  }

  private static String part(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }

  private static WireAnswer get(String path, String... headers) {
    try (FrontDoor door = FrontDoor.of(api(), TestFunction.echo())) {
      return door.get(path, headers);
    }
  }

  /** Test case 149 of the contract. */
  @Test
  void a_route_without_scopes_gets_none() {
    JsonNode jwt = FrontDoor.event(get("/any", token(CLAIMS))).at("/requestContext/authorizer/jwt");

    assertThat(jwt.path("scopes").isNull()).isTrue();
    assertThat(jwt.at("/claims/roles").asText()).isEqualTo("[admin user]");
    assertThat(jwt.at("/claims/exp").textValue()).isEqualTo("1900000000");
  }

  /** Test case 149 of the contract. */
  @Test
  void a_route_with_a_scope_gets_all_scopes_of_the_token() {
    assertThat(
            FrontDoor.event(get("/a", token(CLAIMS))).at("/requestContext/authorizer/jwt/scopes"))
        .hasToString("[\"a\",\"b\"]");
  }

  /** Test case 149 of the contract. */
  @Test
  void a_token_without_the_scope_is_forbidden() {
    WireAnswer answer = get("/c", token(CLAIMS));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
  }

  @Test
  void a_function_of_format_1_gets_the_claims_directly() {
    JsonNode authorizer =
        FrontDoor.event(get("/one", token(CLAIMS))).at("/requestContext/authorizer");

    assertThat(authorizer.at("/claims/iss").asText()).isEqualTo("https://issuer");
    assertThat(authorizer.path("scopes").isNull()).isTrue();
  }

  @Test
  void a_missing_token_is_unauthorized() {
    WireAnswer answer = get("/any");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Unauthorized\"}");
    assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"iss\":\"https://other\",\"aud\":\"app\"}",
        "{\"iss\":\"https://issuer\",\"aud\":\"other\"}",
        "{\"iss\":\"https://issuer\",\"aud\":\"app\",\"exp\":1700000000}",
        "{\"iss\":\"https://issuer\",\"aud\":\"app\",\"nbf\":1900000000}",
        "[]",
        "not json"
      })
  void an_invalid_token_is_unauthorized(String claims) {
    WireAnswer answer = get("/any", token(claims));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("www-authenticate"))
        .startsWith("Bearer scope=\"\" error=\"invalid_token\" error_description=\"");
  }

  @Test
  void a_token_for_several_audiences_is_fine() {
    assertThat(get("/any", token("{\"iss\":\"https://issuer\",\"aud\":[\"x\",\"app\"]}")).status())
        .isEqualTo(200);
  }
}
