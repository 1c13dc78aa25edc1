package dev.rapid.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireAnswer;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handler answers which method and path. */
final class RoutesTest {

  private final TestServer server =
      TestServer.bound()
          .serving(
              Routes.table(
                      exchange -> answer(exchange, 404, "unknown"),
                      exchange -> answer(exchange, 405, "wrong method"))
                  .get("/fixed", (exchange, variable) -> answer(exchange, 200, "get:" + variable))
                  .post("/things/new", (exchange, variable) -> answer(exchange, 200, "new"))
                  .post(
                      "/things/{}/parts",
                      (exchange, variable) -> answer(exchange, 200, "parts:" + variable))
                  .post(
                      "/things/{}/price",
                      (exchange, variable) -> answer(exchange, 200, "price:" + variable))
                  .get(
                      "/things/{}/parts/{}",
                      (exchange, variables) -> answer(exchange, 200, "part:" + variables))
                  .put("/fixed", (exchange, variable) -> answer(exchange, 200, "put"))
                  .build());

  private static void answer(HttpServerExchange exchange, int status, String text) {
    Answers.send(exchange, status, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_fixed_path_has_no_variable() {
    WireAnswer answer = server.connect().get("/fixed");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("get:");
  }

  @Test
  void the_text_after_the_variable_decides_between_two_routes() {
    WireAnswer answer = server.connect().post("/things/a/price", "");

    assertThat(answer.text()).isEqualTo("price:a");
  }

  @Test
  void several_variable_segments_arrive_joined_with_a_slash() {
    WireAnswer answer = server.connect().get("/things/a%2Fb/parts/c:d");

    assertThat(answer.text()).isEqualTo("part:a%2Fb/c:d");
  }

  @Test
  void one_path_has_a_handler_for_each_method() {
    WireAnswer answer = server.connect().sendHead("PUT", "/fixed").receive();

    assertThat(answer.text()).isEqualTo("put");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a%2Fb",
        "%24LATEST",
        "a%3ab",
        "a+b",
        "a:b",
        "$LATEST",
        "a;b=c",
        "..",
        ""
      })
  void the_variable_segment_arrives_undecoded(String segment) {
    WireAnswer answer = server.connect().post("/things/" + segment + "/parts", "");

    assertThat(answer.text()).isEqualTo("parts:" + segment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/fixed/",
        "//fixed",
        "/Fixed",
        "/fixe%64",
        "/fixed;a=b",
        "/x/../fixed",
        "/things/a/b/parts",
        "/things/parts",
        "/things/a/parts/",
        "/things//a/parts",
        "/x/things/a/parts"
      })
  void another_path_is_unknown(String path) {
    WireAnswer answer = server.connect().get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Allow")).isNull();
  }

  @Test
  void a_query_is_not_part_of_the_path() {
    WireAnswer answer = server.connect().post("/things/a/parts?b=/c", "");

    assertThat(answer.text()).isEqualTo("parts:a");
  }

  @Test
  void a_target_in_absolute_form_means_its_path() {
    String head = "POST http://test:80/things/a%2Fb/parts?q HTTP/1.1\r\nHost: test:80\r\n\r\n";

    WireAnswer answer = server.connect().send(head).receive();

    assertThat(answer.text()).isEqualTo("parts:a%2Fb");
  }

  @Test
  void a_wrong_method_is_told_the_right_one_of_a_fixed_path() {
    WireAnswer answer = server.connect().post("/fixed", "");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, PUT");
  }

  @Test
  void a_wrong_method_is_told_the_right_one_of_a_path_with_a_variable() {
    WireAnswer answer = server.connect().get("/things/a/parts");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @Test
  void head_is_not_get() {
    WireAnswer answer = server.connect().sendHead("HEAD", "/fixed").receiveHead();

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, PUT");
  }
}
