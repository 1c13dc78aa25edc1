package dev.rapid.emulator;

import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.hamcrest.Matchers.equalTo;

import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** APIs in front of functions in real processes. */
@Timeout(120)
final class RapidApiTest {

  @TempDir Path directory;

  private Rapid start(String... routes) throws IOException {
    Api.Builder api = Api.builder("api", ApiType.HTTP);
    for (String route : routes) {
      api.route(Route.builder(route, new FunctionTarget("greeter", null)).build());
    }
    return Rapid.builder()
        .function(
            FunctionSettings.builder(EchoRuntime.command(), directory)
                .name("greeter")
                .timeout(Duration.ofSeconds(30))
                .initTimeout(Duration.ofSeconds(30))
                .variables(Map.of("GREETING", "hello"))
                .build())
        .apis(List.of(api.build()))
        .listeners(Listeners.NONE.withApi(FunctionSettings.FREE_ADDRESS))
        .start();
  }

  private static String url(Rapid rapid) {
    return "http://127.0.0.1:" + requireNonNull(rapid.apiAddress()).getPort();
  }

  @Test
  void a_route_invokes_its_function() throws IOException {
    try (Rapid rapid = start("GET /hello/{name}")) {
      given()
          .get(url(rapid) + "/hello/world?a=1")
          .then()
          .statusCode(200)
          .body("greeting", equalTo("hello"))
          .body("payload.routeKey", equalTo("GET /hello/{name}"))
          .body("payload.pathParameters.name", equalTo("world"))
          .body("payload.queryStringParameters.a", equalTo("1"));
    }
  }

  @Test
  void other_paths_are_not_found() throws IOException {
    try (Rapid rapid = start("GET /hello")) {
      given().get(url(rapid) + "/nope").then().statusCode(404);
    }
  }

  @Test
  void a_name_that_a_page_could_have_made_point_here_is_refused() throws IOException {
    try (Rapid rapid = start("GET /hello")) {
      given().header("Host", "evil.example").get(url(rapid) + "/hello").then().statusCode(403);
    }
  }

  @Test
  void an_authorizer_with_new_code_is_asked_again() throws IOException {
    Path code = directory.resolve("answer");
    try (Rapid rapid = startGuarded(code, "true")) {
      given().header("authorization", "me").get(url(rapid) + "/a").then().statusCode(200);

      Files.writeString(code, simpleAnswer("false"));
      given().header("authorization", "me").get(url(rapid) + "/a").then().statusCode(200);

      rapid.renew("authorizer");
      given().header("authorization", "me").get(url(rapid) + "/a").then().statusCode(403);
    }
  }

  /** Starts an API with an authorizer that greets with what {@code code} has when it starts. */
  private Rapid startGuarded(Path code, String authorized) throws IOException {
    Files.writeString(code, simpleAnswer(authorized));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "GREETING=$(cat " + code + ") exec \"$@\"", "sh"));
    command.addAll(EchoRuntime.command());
    FunctionTarget authorizer = new FunctionTarget("authorizer", null);
    return Rapid.builder()
        .function(function("greeter", EchoRuntime.command()))
        .function(function("authorizer", command))
        .apis(
            List.of(
                Api.builder("api", ApiType.HTTP)
                    .authorizer(
                        "Auth",
                        new Authorizer.Request(
                            authorizer,
                            PayloadFormat.V2,
                            true,
                            List.of(RequestValue.parse("$request.header.authorization")),
                            Duration.ofHours(1)))
                    .defaultAuthorizer("Auth")
                    .route(Route.builder("GET /a", new FunctionTarget("greeter", null)).build())
                    .build()))
        .listeners(Listeners.NONE.withApi(FunctionSettings.FREE_ADDRESS))
        .start();
  }

  /** Returns a greeting with which the answer of the runtime is that of an authorizer. */
  private static String simpleAnswer(String authorized) {
    return "hello\",\"isAuthorized\":" + authorized + ",\"bye\":\"";
  }

  private FunctionSettings function(String name, List<String> command) {
    return FunctionSettings.builder(command, directory)
        .name(name)
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .build();
  }
}
