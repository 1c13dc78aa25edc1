package dev.rapid.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.TestServer;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.browser.OriginCheck.Reach;
import dev.rapid.http.testing.WireAnswer;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a page of another origin made a browser send. */
final class OriginCheckTest {

  private static final String FRIEND = "https://friend.example";

  private final TestServer server =
      TestServer.bound()
          .serving(exchange -> {
            boolean forPrograms = exchange.getRequestPath().equals("/programs");
            checked(forPrograms ? Reach.NOTHING : Reach.LINKS).handleRequest(exchange);
          });

  private static HttpHandler checked(Reach reach) {
    return new OriginCheck(
            FRIEND::equals, reach, (exchange, origin) -> answer(exchange, 403, origin))
        .before(exchange -> answer(exchange, 200, "passed"));
  }

  private static void answer(HttpServerExchange exchange, int status, String text) {
    Answers.send(exchange, status, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private WireAnswer send(String method, String path, String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return server
        .connect()
        .send(method + " " + path + " HTTP/1.1\r\nHost: localhost:8080\r\n" + lines + "\r\n")
        .receive();
  }

  private boolean passes(String method, String path, String... headers) {
    return send(method, path, headers).status() == 200;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/programs", "/links"})
  void a_program_is_no_page(String path) {
    assertThat(passes("POST", path)).isTrue();
    assertThat(passes("GET", path, "Sec-Fetch-Mode: cors")).as("fetch of Node").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/programs", "/links"})
  void what_the_user_types_and_pages_of_this_very_origin_are_welcome(String path) {
    assertThat(passes("GET", path, "Sec-Fetch-Site: none")).isTrue();
    assertThat(passes("POST", path, "Origin: http://localhost:8080")).isTrue();
    assertThat(passes("POST", path, "Origin: http://LOCALHOST:8080", "Sec-Fetch-Site: same-origin"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "http://localhost",
        "http://127.0.0.1:8080",
        "localhost:8080",
        ""
      })
  void pages_of_other_origins_send_nothing(String origin) {
    assertThat(send("POST", "/programs", "Origin: " + origin).text()).isEqualTo(origin);
    assertThat(send("POST", "/links", "Origin: " + origin).text()).isEqualTo(origin);
  }

  @Test
  void pages_that_are_allowed_send_anything() {
    assertThat(passes("POST", "/links", "Origin: " + FRIEND, "Sec-Fetch-Site: cross-site"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "new-word", "Cross-Site"})
  void what_a_foreign_page_embeds_is_refused(String site) {
    assertThat(passes("GET", "/links", "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: no-cors"))
        .isFalse();
    assertThat(send("GET", "/programs", "Sec-Fetch-Site: " + site).text()).isEqualTo("null");
  }

  @Test
  void a_link_leads_to_what_is_for_people_and_not_to_what_is_for_programs() {
    String[] link = {
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"
    };

    assertThat(passes("GET", "/links", link)).isTrue();
    assertThat(passes("POST", "/links", link)).isFalse();
    assertThat(passes("GET", "/programs", link)).isFalse();
    assertThat(
            passes(
                "GET",
                "/links",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: iframe"))
        .isFalse();
  }

  @Test
  void other_ports_of_this_machine_may_embed_what_is_for_people() {
    assertThat(passes("GET", "/links", "Sec-Fetch-Site: same-site")).isTrue();
    assertThat(passes("GET", "/programs", "Sec-Fetch-Site: same-site")).isFalse();
  }
}
