package dev.rapid.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streamed responses of a REST API (contract http-front-door, section 5.5). */
final class StreamedRouteTest {

  private static final String METADATA =
      "{\"statusCode\":206,\"headers\":{\"x\":\"1\"},\"multiValueHeaders\":{\"Set-Cookie\":[\"a=1\",\"b=2\"]}}";
  private static final String DELIMITER = "\0".repeat(8);

  private static FrontDoor door(TestFunction function) {
    return FrontDoor.of(
        Api.builder("api", ApiType.REST)
            .route(Route.builder("ANY /x", new FunctionTarget("f", null)).streamed(true).build())
            .route(
                Route.builder("ANY /short", new FunctionTarget("f", null))
                    .streamed(true)
                    .timeout(Duration.ofSeconds(1))
                    .build())
            .build(),
        function);
  }

  private static StreamingSink begin(Invocation invocation) {
    StreamingSink sink = (StreamingSink) invocation.sink();
    sink.begin(new ResponseHead(null, true), () -> {});
    return sink;
  }

  private static void end(StreamingSink sink) {
    sink.complete(new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
  }

  private static TestFunction streaming(String... pieces) {
    return TestFunction.of(
        "f",
        (invocation, event) -> {
          StreamingSink sink = begin(invocation);
          for (String piece : pieces) {
            sink.write(Payload.of(piece));
          }
          end(sink);
        });
  }

  private static void assertComplete(WireAnswer answer) {
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("x")).isEqualTo("1");
    assertThat(answer.headers("Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(answer.text()).isEqualTo("Hello world");
  }

  private static void assertFailed(WireAnswer answer) {
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("{\"message\": \"Internal server error\"}");
  }

  /** Test case 151 of the contract. */
  @Test
  void the_answer_begins_with_the_first_bytes() {
    TestFunction function = TestFunction.neverEnding("f");
    try (FrontDoor door = door(function)) {
      WireClient client = door.connect().send(FrontDoor.head("GET /x", null, List.of()));
      StreamingSink sink = begin(function.awaitRunning());
      sink.write(Payload.of(METADATA + DELIMITER + "Hello "));
      // The function goes on only when the client has the first part.
      client.awaitInput();
      sink.write(Payload.of("world"));
      end(sink);

      WireAnswer answer = client.receive();
      assertThat(answer.status()).isEqualTo(206);
      assertThat(answer.text()).isEqualTo("Hello world");
    }
  }

  /** Test case 151 of the contract. */
  @Test
  void the_answer_has_status_headers_cookies_and_body() {
    try (FrontDoor door = door(streaming(METADATA + DELIMITER + "Hello ", "world"))) {
      assertComplete(door.get("/x"));
    }
  }

  /** Test case 152 of the contract. */
  @Test
  void the_metadata_may_be_cut_anywhere() {
    byte[] all = (METADATA + DELIMITER + "Hello world").getBytes(UTF_8);
    for (int cut = 1; cut < all.length; cut++) {
      int at = cut;
      TestFunction function =
          TestFunction.of(
              "f",
              (invocation, event) -> {
                StreamingSink sink = begin(invocation);
                sink.write(Payload.of(Arrays.copyOfRange(all, 0, at)));
                sink.write(Payload.of(Arrays.copyOfRange(all, at, all.length)));
                end(sink);
              });
      try (FrontDoor door = door(function)) {
        assertComplete(door.get("/x"));
      }
    }
  }

  @Test
  void a_stream_without_metadata_is_malformed() {
    try (FrontDoor door = door(streaming("{\"statusCode\":200}"))) {
      assertFailed(door.get("/x"));
    }
  }

  @Test
  void metadata_that_are_no_head_are_malformed() {
    try (FrontDoor door = door(streaming("[]" + DELIMITER, "more"))) {
      assertFailed(door.get("/x"));
    }
  }

  @Test
  void metadata_over_16_kilobytes_are_malformed() {
    try (FrontDoor door = door(streaming("{\"a\":\"" + "x".repeat(16 * 1024), "more"))) {
      assertFailed(door.get("/x"));
    }
  }

  @Test
  void an_error_behind_the_first_byte_ends_the_connection() {
    TestFunction function =
        TestFunction.of(
            "f",
            (invocation, event) -> {
              StreamingSink sink = begin(invocation);
              sink.write(Payload.of(METADATA + DELIMITER + "Hello "));
              sink.complete(new Outcome.Streamed(ResponseEnd.COMPLETE, "Error", null));
            });
    try (FrontDoor door = door(function)) {
      String received =
          door.connect().send(FrontDoor.head("GET /x", null, List.of())).receiveUntilClosed();

      assertThat(received).doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void a_function_that_fails_before_the_first_byte_is_an_error() {
    try (FrontDoor door = door(TestFunction.throwing("f", "no"))) {
      assertFailed(door.get("/x"));
    }
  }

  @Test
  void a_head_without_a_body_has_none() {
    try (FrontDoor door = door(streaming(METADATA + DELIMITER + "Hello ", "world"))) {
      WireAnswer answer = door.send("HEAD /x", null, List.of());

      assertThat(answer.status()).isEqualTo(206);
      assertThat(answer.header("x")).isEqualTo("1");
    }
  }

  @Test
  void a_streamed_route_has_no_limit_of_29_seconds_unless_it_says_so() {
    TestFunction function = TestFunction.neverEnding("f");
    try (FrontDoor door = door(function)) {
      WireClient client = door.connect().send(FrontDoor.head("GET /x", null, List.of()));
      Invocation running = function.awaitRunning();
      door.time().advanceBy(Duration.ofMinutes(14));
      StreamingSink sink = begin(running);
      sink.write(Payload.of(METADATA + DELIMITER + "Hello world"));
      end(sink);
      assertComplete(client.receive());

      WireClient other = door.connect().send(FrontDoor.head("GET /short", null, List.of()));
      function.awaitRunning();
      door.time().advanceBy(Duration.ofSeconds(1));
      assertThat(other.receive().status()).isEqualTo(504);
    }
  }
}
