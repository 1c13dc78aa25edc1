package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.GatewayResponse;
import dev.rapid.gateway.api.GatewayResponseType;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP APIs in a configuration file. */
class ApisTest {

  private static final String FUNCTIONS = "functions: {hello: {command: x}, auth: {command: y}}\n";

  @TempDir Path directory;

  @Test
  void the_routes_of_a_file_are_an_http_api_at_the_default_stage() throws IOException {
    ProgramSettings program =
        read(FUNCTIONS + "routes: {GET /hello: hello, $default: auth:live}\n");

    Api expected =
        Api.builder("api", ApiType.HTTP)
            .route(Route.builder("GET /hello", new FunctionTarget("hello", null)).build())
            .route(Route.builder("$default", new FunctionTarget("auth", "live")).build())
            .build();
    assertThat(program.apis()).containsExactly(expected);
    assertThat(program.listeners().api()).isEqualTo(new HostPort("127.0.0.1", 3000));
  }

  @Test
  void a_program_without_routes_has_no_address_for_them() throws IOException {
    ProgramSettings program = read(FUNCTIONS + "api-address: 127.0.0.1:0\n");

    assertThat(program.apis()).isEmpty();
    assertThat(program.listeners().api()).isNull();
  }

  @Test
  void every_member_of_an_http_api_is_read() throws IOException {
    ProgramSettings program =
        read(
            FUNCTIONS
                + """
                apis:
                  Shop:
                    type: http
                    id: abc
                    stage: dev
                    stage-variables: {k: 1}
                    cors: {AllowOrigins: ["*"], AllowMethods: [GET], AllowHeaders: [x],
                           ExposeHeaders: [y], MaxAge: 60, AllowCredentials: false}
                    timeout: 1.5
                    authorizers:
                      Auth: {type: request, function: auth, simple-responses: true,
                             identity-sources: ["$request.header.Authorization"], ttl: 300}
                      Jwt: {type: jwt, issuer: i, audience: [a, b]}
                    default-authorizer: Auth
                    routes:
                      - {route: "GET /hello/{id}", function: "hello:1", payload: "1.0",
                         authorizer: none, timeout: 5, operation: name}
                      - {route: /any, function: hello, authorizer: Jwt, scopes: [s]}
                """);

    FunctionTarget hello = new FunctionTarget("hello", null);
    Api expected =
        Api.builder("Shop", ApiType.HTTP)
            .id("abc")
            .stage("dev")
            .stageVariables(Map.of("k", "1"))
            .cors(new Cors(List.of("*"), List.of("GET"), List.of("x"), List.of("y"), 60, false))
            .timeout(Duration.ofMillis(1500))
            .authorizer(
                "Auth",
                new Authorizer.Request(
                    new FunctionTarget("auth", null),
                    PayloadFormat.V2,
                    true,
                    List.of(RequestValue.header("Authorization")),
                    Duration.ofSeconds(300)))
            .authorizer(
                "Jwt",
                new Authorizer.Jwt(RequestValue.header("Authorization"), "i", List.of("a", "b")))
            .defaultAuthorizer("Auth")
            .route(
                Route.builder("GET /hello/{id}", new FunctionTarget("hello", "1"))
                    .payload(PayloadFormat.V1)
                    .authorizer("none")
                    .timeout(Duration.ofSeconds(5))
                    .operationName("name")
                    .build())
            .route(Route.builder("/any", hello).authorizer("Jwt").scopes(List.of("s")).build())
            .build();
    assertThat(program.apis()).containsExactly(expected);
  }

  @Test
  void every_member_of_a_rest_api_is_read() throws IOException {
    ProgramSettings program =
        read(
            FUNCTIONS
                + """
                apis:
                  Shop:
                    type: rest
                    binary-media-types: [image/png]
                    api-keys: [secret]
                    preflights-authorized: false
                    gateway-responses:
                      UNAUTHORIZED: {StatusCode: 418, ResponseParameters: {a: b},
                                     ResponseTemplates: {application/json: "{}"}}
                    authorizers:
                      Token: {type: token, function: auth, identity-validation: "x.*",
                              identity-sources: [method.request.header.Token]}
                      Iam: {type: iam}
                    routes:
                      - {route: post /p, function: hello, api-key: true, stream: true,
                         required-parameters: [method.request.querystring.q]}
                """);

    Api expected =
        Api.builder("Shop", ApiType.REST)
            .binaryMediaTypes(List.of("image/png"))
            .apiKeys(List.of("secret"))
            .preflightsAuthorized(false)
            .gatewayResponses(
                Map.of(
                    GatewayResponseType.UNAUTHORIZED,
                    new GatewayResponse(418, Map.of("a", "b"), Map.of("application/json", "{}"))))
            .authorizer(
                "Token",
                new Authorizer.Token(
                    new FunctionTarget("auth", null), "Token", "x.*", Authorizer.REST_TTL))
            .authorizer("Iam", new Authorizer.Iam())
            .route(
                Route.builder("POST /p", new FunctionTarget("hello", null))
                    .apiKeyRequired(true)
                    .streamed(true)
                    .requiredParameters(
                        List.of(new RequestValue(RequestValue.Kind.QUERY_STRING, "q")))
                    .build())
            .build();
    assertThat(program.apis()).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apis: {A: {rutes: []}} | r.yaml:2:12: there is no member 'rutes' of API 'A'"
            + " | Did you mean 'routes'?",
        "apis: {A: {type: soap}} | r.yaml:2:18: 'type': 'soap' is neither http nor rest |",
        "apis: {A: {routes: [{route: GET /a}]}}"
            + " | r.yaml:2:21: a route needs a member 'function' |",
        "apis: {A: {routes: [{route: GET a, function: hello}]}}"
            + " | r.yaml:2:29: 'route': 'GET a' is not METHOD /PATH or $default, for example GET"
            + " /hello/{name} |",
        "apis: {A: {routes: [{route: /a, function: helo}]}}"
            + " | r.yaml:2:43: 'function': 'helo' names no function; is it hello? |",
        "apis: {A: {timeout: soon}}"
            + " | r.yaml:2:21: 'timeout': 'soon' is not a number of seconds |",
        "apis: {A: {default-authorizer: B}}"
            + " | r.yaml:2:11: API 'A' has no authorizer 'B', which the default names; it has none"
            + " |",
        "apis: {A: {authorizers: {B: {type: token}}}}"
            + " | r.yaml:2:29: authorizer 'B' needs a member 'function' |",
        "apis: {A: {cors: [x]}} | r.yaml:2:18: 'cors' takes members, 'name: value' |",
        "apis: [A] | r.yaml:2:7: 'apis' takes members, 'name: value' |",
      })
  void a_mistake_is_named_with_its_place(String line, String message, String suggestion) {
    assertThatThrownBy(() -> read(FUNCTIONS + line + "\n"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo(message);
              assertThat(e.suggestion()).isEqualTo(suggestion);
            });
  }

  private ProgramSettings read(String yaml) throws IOException {
    Files.writeString(directory.resolve("r.yaml"), yaml);
    return new Settings(
            new Arguments(Map.of(Options.CONFIG, List.of("r.yaml")), List.of(), false),
            new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()))
        .programToServe(message -> {});
  }
}
