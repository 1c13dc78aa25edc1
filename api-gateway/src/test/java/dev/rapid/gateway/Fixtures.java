package dev.rapid.gateway;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.Route;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The APIs of the test cases (contract http-front-door, section 12). */
final class Fixtures {

  private static final FunctionTarget ECHO = new FunctionTarget("echo", null);
  private static final FunctionTarget SAY = new FunctionTarget("say", null);

  private static final String[] USUAL = {
    "POST /api/users/{userId}/orders", "POST /api/p/{a}/r/{b}", "POST /avatar/{id}"
  };

  private Fixtures() {}

  /** Returns the APIs that a test case calls {@code name}; the first one is meant by it. */
  static List<Api> named(String name) {
    return switch (name) {
      case "R" ->
          List.of(
              say(rest("stage", "ANY /{proxy+}", "GET /hardcoded", USUAL[0], USUAL[1])).build());
      case "RB" ->
          List.of(
              say(rest("test", "ANY /echo"))
                  .binaryMediaTypes(List.of("application/octet-stream"))
                  .build());
      case "RBA" ->
          List.of(say(rest("test", "ANY /echo")).binaryMediaTypes(List.of("*/*")).build());
      case "R2" -> List.of(rest("test", "GET /jobs/{t}", "ANY /{proxy+}").build());
      case "R0" -> List.of(rest("test", "GET /foo").build());
      case "RV" -> List.of(rest("test", "GET /x").stageVariables(Map.of("v", "1")).build());
      case "RC" -> List.of(rest("test", "OPTIONS /c", "ANY /{proxy+}").build());
      case "RID" -> List.of(rest("test", "GET /{id}").build());
      case "RO" ->
          List.of(
              Api.builder("api", ApiType.REST)
                  .route(Route.builder("GET /x", ECHO).operationName("getX").build())
                  .build());
      case "RADMIN" ->
          List.of(
              rest("test", "ANY /{proxy+}")
                  .authorizer("Auth", new Authorizer.Iam())
                  .route(Route.builder("POST /admin", ECHO).authorizer("Auth").build())
                  .build());
      case "H1" -> List.of(sayInFormat1(http1(USUAL)).build());
      case "H1D" -> List.of(http1("ANY /test").stage("dev").build());
      case "H1PX" -> List.of(http1("ANY /handler/{proxy+}").build());
      case "H1DEF" -> List.of(http1("$default").build());
      case "H2" -> List.of(say(http(USUAL)).route(Route.builder("$default", ECHO).build()).build());
      case "H2D" ->
          List.of(
              http("$default").build(), http("GET /x").stage("dev").id(Api.idOf("api")).build());
      case "H3" ->
          List.of(
              http("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}")
                  .build());
      case "H4" -> List.of(http("GET /items").stage("dev").build());
      case "H5" -> List.of(http("GET /hello").build());
      case "HV" -> List.of(http("GET /x").stageVariables(Map.of("v", "1")).build());
      case "HM" -> List.of(http("GET /metrics", "GET /metrics/{proxy+}").build());
      case "HP" -> List.of(http("GET /{p}").build());
      case "HID" -> List.of(http("GET /{id}").build());
      case "HPX" -> List.of(http("ANY /{proxy+}").build());
      case "H47" ->
          List.of(
              http(
                      "ANY /{proxy+}",
                      "GET /pe/{proxy+}",
                      "GET /pets/{proxy+}",
                      "GET /pets/dog/{id}/{id2}/{id3}",
                      "GET /pets/{dog}/{id}",
                      "GET /pets/dog/{id}",
                      "GET /pets/dog/1",
                      "GET /pets/dog/cat/1",
                      "GET /resource/{id}/subsegment/{proxy+}",
                      "GET /resource/{id}/subsegment/{id2}/{proxy+}",
                      "GET /resource/1/subsegment/3/{proxy+}")
                  .build());
      case "H48" -> List.of(http("ANY /resource/{id}/{proxy+}").build());
      default -> throw new AssertionError("There is no fixture " + name);
    };
  }

  static Api.Builder rest(String stage, String... routes) {
    return api(ApiType.REST, UnaryOperator.identity(), routes).stage(stage);
  }

  static Api.Builder http(String... routes) {
    return api(ApiType.HTTP, UnaryOperator.identity(), routes);
  }

  static Api.Builder http1(String... routes) {
    return api(ApiType.HTTP, route -> route.payload(PayloadFormat.V1), routes);
  }

  private static Api.Builder api(
      ApiType type, UnaryOperator<Route.Builder> change, String... routes) {
    Api.Builder api = Api.builder("api", type);
    for (String route : routes) {
      api.route(change.apply(Route.builder(route, ECHO)).build());
    }
    return api;
  }

  private static Api.Builder say(Api.Builder api) {
    return api.route(Route.builder("POST /say", SAY).build());
  }

  private static Api.Builder sayInFormat1(Api.Builder api) {
    return api.route(Route.builder("POST /say", SAY).payload(PayloadFormat.V1).build());
  }
}
