package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.Route;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What people read about APIs when Rapid starts. */
final class ApiAnnouncementTest {

  @Test
  void each_route_has_a_line_with_its_function() {
    Api api =
        Api.builder("Shop", ApiType.HTTP)
            .route(Route.builder("GET /orders/{id}", new FunctionTarget("orders", "live")).build())
            .route(Route.builder("POST /orders", new FunctionTarget("orders", null)).build())
            .route(Route.builder("$default", new FunctionTarget("site", null)).build())
            .build();

    assertThat(ApiAnnouncement.of(List.of(api), "127.0.0.1:3000"))
        .isEqualTo(
            """
            API at http://127.0.0.1:3000
              GET    /orders/{id}  orders:live
              POST   /orders       orders
              $default             site\
            """);
  }

  @Test
  void several_apis_are_named() {
    assertThat(ApiAnnouncement.of(List.of(api("One", 1), api("Two", 1)), "[::1]:80"))
        .isEqualTo(
            """
            2 APIs at http://[::1]:80
              One:
              GET    /0  f
              Two:
              GET    /0  f\
            """);
  }

  @Test
  void many_routes_are_counted() {
    assertThat(ApiAnnouncement.of(List.of(api("One", 25)), "a:1").lines())
        .hasSize(22)
        .last()
        .isEqualTo("  and 5 more");
  }

  private static Api api(String name, int routes) {
    Api.Builder api = Api.builder(name, ApiType.HTTP);
    IntStream.range(0, routes)
        .forEach(i -> api.route(Route.builder("GET /" + i, new FunctionTarget("f", null)).build()));
    return api.build();
  }
}
