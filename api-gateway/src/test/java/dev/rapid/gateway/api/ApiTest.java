package dev.rapid.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How an API is configured (contract http-front-door, section 0.2). */
final class ApiTest {

  private static final FunctionTarget FUNCTION = new FunctionTarget("hello", null);
  private static final Cors EVERY_ORIGIN_WITH_CREDENTIALS =
      new Cors(List.of("*"), List.of(), List.of(), List.of(), null, true);

  @Test
  void an_http_api_has_the_default_stage_and_30_seconds() {
    Api api = Api.builder("api", ApiType.HTTP).build();

    assertThat(api.stage()).isEqualTo("$default");
    assertThat(api.timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void a_rest_api_has_the_stage_prod_and_29_seconds() {
    Api api = Api.builder("api", ApiType.REST).build();

    assertThat(api.stage()).isEqualTo("Prod");
    assertThat(api.timeout()).isEqualTo(Duration.ofSeconds(29));
  }

  @Test
  void an_id_has_ten_characters_and_depends_on_the_name_alone() {
    assertThat(Api.idOf("ServerlessHttpApi"))
        .matches("[a-z0-9]{10}")
        .isEqualTo(Api.builder("ServerlessHttpApi", ApiType.REST).build().id())
        .isNotEqualTo(Api.idOf("ServerlessRestApi"));
  }

  /** Test case 119 of the contract. */
  @Test
  void an_http_api_refuses_credentials_for_every_origin() {
    assertThatThrownBy(
            () -> Api.builder("api", ApiType.HTTP).cors(EVERY_ORIGIN_WITH_CREDENTIALS).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allow-credentials is not supported if 'allow-origin' is *");
  }

  @Test
  void a_rest_api_answers_preflights_with_whatever_is_configured() {
    assertThat(Api.builder("api", ApiType.REST).cors(EVERY_ORIGIN_WITH_CREDENTIALS).build().cors())
        .isNotNull();
  }

  /** Test case 144 of the contract. */
  @Test
  void a_binary_media_type_may_have_its_slash_escaped() {
    assertThat(
            Api.builder("api", ApiType.REST)
                .binaryMediaTypes(List.of("image~1png"))
                .build()
                .binaryMediaTypes())
        .containsExactly("image/png");
  }

  @Test
  void a_route_names_only_authorizers_that_there_are() {
    Route route = Route.builder("GET /a", FUNCTION).authorizer("Missing").build();

    assertThatThrownBy(() -> Api.builder("api", ApiType.HTTP).route(route).build())
        .hasMessageContaining("no authorizer 'Missing', which route 'GET /a' names");
  }

  @Test
  void a_route_without_an_authorizer_has_the_default_one_and_none_opens_it() {
    Api api =
        Api.builder("api", ApiType.HTTP)
            .authorizer("Auth", new Authorizer.Iam())
            .defaultAuthorizer("Auth")
            .build();

    assertThat(api.authorizerOf(Route.builder("GET /a", FUNCTION).build()))
        .isEqualTo(new Authorizer.Iam());
    assertThat(api.authorizerOf(Route.builder("GET /a", FUNCTION).authorizer("none").build()))
        .isNull();
  }

  /** Test case 143 of the contract. */
  @Test
  void simple_responses_are_for_format_2_only() {
    assertThatThrownBy(() ->
            new Authorizer.Request(FUNCTION, PayloadFormat.V1, true, List.of(), Duration.ZERO))
        .hasMessageContaining("simple responses");
  }

  @Test
  void a_route_key_is_a_method_and_a_path_without_a_slash_at_its_end() {
    assertThat(Route.builder("get /a/", FUNCTION).build().key()).isEqualTo("GET /a");
    assertThat(Route.builder("/a", FUNCTION).build().key()).isEqualTo("ANY /a");
    assertThat(Route.builder("$default", FUNCTION).build().key()).isEqualTo("$default");
    assertThatThrownBy(() -> Route.builder("GET a", FUNCTION))
        .hasMessageContaining("is not METHOD /PATH");
  }

  @Test
  void both_notations_name_places_in_a_request() {
    RequestValue header = RequestValue.header("Authorization");

    assertThat(RequestValue.parse("$request.header.Authorization")).isEqualTo(header);
    assertThat(RequestValue.parse("method.request.header.Authorization")).isEqualTo(header);
    assertThatThrownBy(() -> RequestValue.parse("header.Authorization"))
        .hasMessageContaining("is not a place in a request");
  }

  @Test
  void a_function_may_have_a_qualifier() {
    assertThat(FunctionTarget.parse("hello:live")).isEqualTo(new FunctionTarget("hello", "live"));
    assertThat(FunctionTarget.parse("hello")).isEqualTo(FUNCTION);
  }
}
