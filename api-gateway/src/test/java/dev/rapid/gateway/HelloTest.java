package dev.rapid.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.testing.WireAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way of a request, for each kind of API; and APIs that are replaced. */
final class HelloTest {

  private static final FunctionTarget HELLO = new FunctionTarget("hello", null);

  private static Api api(ApiType type, String route) {
    return Api.builder("api", type).route(Route.builder(route, HELLO).build()).build();
  }

  private static TestFunction hello() {
    return TestFunction.returning("hello", "{\"statusCode\":200,\"body\":\"hello\"}");
  }

  @Test
  void an_http_api_answers() {
    try (FrontDoor door = FrontDoor.of(api(ApiType.HTTP, "GET /hello"), hello())) {
      WireAnswer answer = door.get("/hello");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("hello");
      assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }
  }

  @Test
  void a_rest_api_answers() {
    try (FrontDoor door = FrontDoor.of(api(ApiType.REST, "GET /hello"), hello())) {
      WireAnswer answer = door.get("/hello");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("hello");
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }
  }

  @Test
  void several_requests_share_a_connection() {
    try (FrontDoor door = FrontDoor.of(api(ApiType.HTTP, "GET /hello"), hello())) {
      var client = door.connect();

      assertThat(client.get("/hello").text()).isEqualTo("hello");
      assertThat(client.get("/nope").status()).isEqualTo(404);
      assertThat(client.get("/hello").text()).isEqualTo("hello");
    }
  }

  @Test
  void apis_can_be_replaced() {
    try (FrontDoor door = FrontDoor.of(api(ApiType.HTTP, "GET /hello"), hello())) {
      door.gateway().serve(List.of(api(ApiType.HTTP, "GET /hi")));

      assertThat(door.get("/hello").status()).isEqualTo(404);
      assertThat(door.get("/hi").text()).isEqualTo("hello");
    }
  }

  @Test
  void of_several_apis_the_one_whose_route_matches_answers() {
    Api first = api(ApiType.REST, "GET /rest");
    Api second = api(ApiType.HTTP, "GET /http");
    try (FrontDoor door = FrontDoor.of(List.of(first, second), hello())) {
      assertThat(door.get("/rest").header("x-amzn-RequestId")).isNotNull();
      assertThat(door.get("/http").header("Apigw-Requestid")).isNotNull();
      assertThat(door.get("/nowhere").status()).isEqualTo(403);
    }
  }

  /** Test case 45 of the contract. */
  @ParameterizedTest
  @ValueSource(strings = {"R", "H2"})
  void the_address_of_a_client_that_speaks_ipv6_has_no_brackets(String fixture) throws Exception {
    InetAddress address = InetAddress.getAllByName("::1")[0];
    assumeTrue(hasIpv6(address), "this machine has IPv6");
    try (FrontDoor door = FrontDoor.at(address, Fixtures.named(fixture), TestFunction.echo())) {
      JsonNode context = FrontDoor.event(door.get("/x")).path("requestContext");
      String ip =
          fixture.equals("R")
              ? context.at("/identity/sourceIp").asText()
              : context.at("/http/sourceIp").asText();

      assertThat(ip).isEqualTo("0:0:0:0:0:0:0:1");
    }
  }

  private static boolean hasIpv6(InetAddress address) {
    try (ServerSocket socket = new ServerSocket(0, 1, address)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
